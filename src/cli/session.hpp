#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/globals.hpp"
#include "cli/parser.hpp"
#include "cli/render.hpp"
#include "cli/row_order.hpp"
#include "cli/talk.hpp"
#include "cli/terminal.hpp"
#include "itsmc/client/platform.hpp"

namespace itsmc::cli {

/// What a command's action works with. One for each run; its parts outlive it.
struct Session {
  const client::Platform& platform;
  Terminal& terminal;
  Talk& talk;
  const GlobalOptions& options;
  std::string& connection;  // the one being worked on: errors name it
  const Given& given;       // what the command line said

  [[nodiscard]] Layout layout(Shape shape) const;
  [[nodiscard]] Format format() const { return parse_format(options.output); }
};

/// What a command's rows are: the answer to a question, or the report of what was done.
enum class Purpose : std::uint8_t { answer, report };

/// --quiet leaves reports out, unless the command line says in which form it wants them: --output,
/// --fields or --jq. Answers stay: they are what was asked for.
[[nodiscard]] bool leaves_out(const Session& session, Purpose purpose);

/// NO_COLOR, --color and the stream decide, for each stream by itself.
[[nodiscard]] Colour colour_for(const GlobalOptions& options, const client::Platform& platform,
                                bool stream_is_terminal);

/// `--fields help`: prints the columns and says true; `--fields schema`: the JSON schema. `shape`
/// is that of the JSON; absent: it depends on what is asked.
[[nodiscard]] bool answers_fields_help(Session& session, std::span<const Column> columns,
                                       std::optional<Shape> shape = Shape::list);
/// True for `--fields schema`.
[[nodiscard]] bool asks_for_schema(const GlobalOptions& options);

/// The rows of one command in the format that was asked for, or left out. One thread; the session
/// outlives it.
class Listing {
 public:
  /// Throws Error(usage) for an unknown field, shown or sorted by.
  Listing(Session& session, std::vector<Column> columns, Shape shape = Shape::list,
          Purpose purpose = Purpose::answer);
  /// Places of the shown columns among all, in order.
  [[nodiscard]] const std::vector<std::size_t>& chosen() const noexcept { return chosen_; }
  /// Cells of the chosen columns, as they come: --sort is for rows of all columns.
  void chosen_row(std::span<const Cell> cells);
  /// Cells of all columns.
  void row(std::span<const Cell> all);
  void finish();

 private:
  Session& session_;
  std::vector<std::size_t> chosen_;
  std::vector<Cell> cells_;
  std::optional<SortedRows> sorted_;   // with --sort
  std::unique_ptr<RowWriter> writer_;  // null: left out
};

}  // namespace itsmc::cli
