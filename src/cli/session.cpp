#include "cli/session.hpp"

#include <utility>

#include <fmt/format.h>

#include "cli/fitting_options.hpp"
#include "cli/schema.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {

Layout Session::layout(Shape shape) const {
  Layout layout{.format = format(),
                .shape = shape,
                .headers = options.no_headers ? Headers::hidden : Headers::shown,
                .colour = colour_for(options, platform, terminal.out_is_terminal),
                .formulas = options.csv_safe ? Formulas::neutralised : Formulas::kept,
                .width = std::nullopt,
                .charset = charset_of(platform.getenv)};
  if (terminal.out_is_terminal) layout.width = terminal.width;
  return layout;
}

bool leaves_out(const Session& session, Purpose purpose) {
  if (purpose == Purpose::answer || !session.options.quiet) return false;
  const auto& given = session.given.options;
  return !given.contains("output") && !given.contains("fields") && !given.contains("jq");
}

Colour colour_for(const GlobalOptions& options, const client::Platform& platform,
                  bool stream_is_terminal) {
  if (options.color == "always") return Colour::on;
  if (options.color == "never") return Colour::off;
  const auto set = [&platform](const char* name) {
    const std::optional<std::string> value = platform.getenv(name);
    return value && !value->empty();
  };
  const bool dumb = platform.getenv("TERM") == "dumb";
  return stream_is_terminal && !set("NO_COLOR") && !dumb ? Colour::on : Colour::off;
}

bool asks_for_field_names(const GlobalOptions& options) {
  return options.fields.size() == 1 && options.fields.front() == "help";
}

bool asks_for_schema(const GlobalOptions& options) {
  return options.fields.size() == 1 && options.fields.front() == "schema";
}

bool answers_fields_help(Session& session, std::span<const Column> columns,
                         std::optional<Shape> shape) {
  if (asks_for_schema(session.options)) {
    session.terminal.out.write(schema_document(rows_schema(columns, shape)));
    return true;
  }
  if (!asks_for_field_names(session.options)) return false;
  session.terminal.out.write(fields_help(columns));
  return true;
}

Listing::Listing(Session& session, std::vector<Column> columns, Shape shape, Purpose purpose)
    : session_(session) {
  columns = with_order_shown(std::move(columns), session.options.sort);
  const std::vector<std::string> fields = fitting_fields(session, columns);
  const bool asked_for = !fields.empty();
  chosen_ = choose_columns(columns, fields, session.format());
  std::vector<Column> shown;
  for (const std::size_t place : chosen_) {
    shown.push_back(columns[place]);
    if (asked_for) shown.back().shown = Shown::always;
  }
  cells_.reserve(shown.size());
  if (shape == Shape::list && !session.options.sort.empty()) {
    sorted_.emplace(read_sort_order(session.options.sort, columns));
  }
  if (leaves_out(session, purpose)) return;
  writer_ = make_row_writer(session.layout(shape), std::move(shown), session.terminal.out);
}

void Listing::chosen_row(std::span<const Cell> cells) {
  if (writer_) writer_->row(cells);
}

void Listing::row(std::span<const Cell> all) {
  if (!writer_) return;
  cells_.clear();
  for (const std::size_t place : chosen_) cells_.push_back(all[place]);
  if (sorted_) {
    sorted_->keep(all[sorted_->order().column], cells_);
    return;
  }
  writer_->row(cells_);
}

void Listing::finish() {
  if (!writer_) return;
  if (sorted_) sorted_->write(*writer_);
  writer_->finish();
  const std::vector<std::string> left_out = writer_->left_out();
  if (left_out.empty()) return;
  session_.terminal.out.flush();
  session_.talk.wrapped_note(fmt::format(
      "no room here for {}; {}", join(left_out, ", "),
      session_.options.fields.empty() ? "--fields A,B chooses columns"
                                      : "the terminal is too narrow, and a pipe shows all: | cat"));
}

}  // namespace itsmc::cli
