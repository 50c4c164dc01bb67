#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/display_text.hpp"
#include "cli/globals.hpp"
#include "cli/terminal.hpp"
#include "itsmc/core/time.hpp"

namespace itsmc::cli {

/// One value of a row. Texts are views and live only during RowWriter::row.
struct Cell {
  enum class Kind : std::uint8_t {
    null,
    text,
    integer,
    real,
    flag,
    time,
    list,
    lines,
    duration
  } kind = Kind::null;
  std::string_view text;     // list: words joined by commas; lines: texts, one a line
  std::int64_t integer = 0;  // flag: 0 or 1; time: milliseconds since 1970 UTC
  double real = 0;           // duration: seconds
};
/// Absent when empty: product.md section 9, "empty text is null".
[[nodiscard]] Cell text_cell(std::string_view text) noexcept;
[[nodiscard]] Cell integer_cell(std::int64_t number) noexcept;
/// Seconds, to the millisecond.
[[nodiscard]] Cell real_cell(double number) noexcept;
/// A number of seconds, "3h 12m" in tables.
[[nodiscard]] Cell duration_cell(std::optional<double> seconds) noexcept;
[[nodiscard]] Cell flag_cell(bool flag) noexcept;
[[nodiscard]] Cell time_cell(std::optional<Timestamp> time) noexcept;
[[nodiscard]] Cell list_cell(std::string_view joined) noexcept;
/// Texts that may hold commas: an array in JSON, "; " between them elsewhere.
[[nodiscard]] Cell lines_cell(std::string_view joined) noexcept;

/// `with_room`: left out of a terminal that is too narrow, told of then. `to_the_last`: what a list
/// is read for; in a terminal that has no room for what is shown always, it outlasts that.
enum class Shown : std::uint8_t { to_the_last, always, with_room, not_in_tables };
enum class Figures : std::uint8_t { plain, grouped };  // 24645 or 24,645 in tables

/// What a column is, once: `--fields help`, headers and JSON keys read it.
struct Column {
  std::string name;     // snake_case
  std::string meaning;  // one line
  Shown shown = Shown::always;
  Figures figures = Figures::plain;
  std::string title = {};  // of tables, as it stands; empty: the name in capitals
  /// What its cells are when they are not null; null: of any kind. Grouped figures are whole.
  Cell::Kind kind = Cell::Kind::text;
};
[[nodiscard]] Column of_kind(Cell::Kind kind, Column column);

enum class Shape : std::uint8_t { list, one };  // `one`: JSON object, upright table
enum class Headers : std::uint8_t { shown, hidden };
/// Whether a text may begin as a spreadsheet's formula does, in csv and tsv.
enum class Formulas : std::uint8_t { kept, neutralised };
enum class Colour : std::uint8_t { off, on };

struct Layout {
  Format format = Format::table;
  Shape shape = Shape::list;
  Headers headers = Headers::shown;
  Colour colour = Colour::off;
  Formulas formulas = Formulas::kept;
  std::optional<int> width = std::nullopt;  // of the terminal; absent: nothing is cut
  Charset charset = Charset::unicode;
};

/// Turns rows into bytes. Lists are written as rows come (tables at the end: widths are known
/// then). Nothing is written before the first row or finish(). One thread; the output outlives it.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  /// As many cells as there are columns.
  virtual void row(std::span<const Cell> cells) = 0;
  virtual void finish() = 0;
  /// After finish: the columns for which the terminal had no room.
  [[nodiscard]] virtual std::vector<std::string> left_out() const { return {}; }
};
[[nodiscard]] std::unique_ptr<RowWriter> make_row_writer(const Layout& layout,
                                                         std::vector<Column> columns, Output& out);

/// `{"a":1,"b":null}` without a line's end.
void append_json_object(std::string& to, std::span<const Column> columns,
                        std::span<const Cell> cells);

/// Which of the columns are shown, in this order. Throws Error(usage) for an unknown field, with
/// the nearest.
[[nodiscard]] std::vector<std::size_t> choose_columns(std::span<const Column> columns,
                                                      std::span<const std::string> fields,
                                                      Format format);
/// The columns, of which the one that rows are ordered by ("updated_at", "-updated_at") is shown in
/// tables too. Pure.
[[nodiscard]] std::vector<Column> with_order_shown(std::vector<Column> columns,
                                                   std::string_view order);
/// `--fields help`: one field a line with its meaning.
[[nodiscard]] std::string fields_help(std::span<const Column> columns);

}  // namespace itsmc::cli
