#include "cli/render.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "cli/table.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

std::string time_text(std::int64_t milliseconds) {
  return format_rfc3339(Timestamp(std::chrono::milliseconds(milliseconds)));
}

std::string real_text(double number) {
  return std::isfinite(number) ? fmt::format("{}", number) : std::string();
}

void append_json_list(std::string& to, std::string_view joined, char between) {
  to += '[';
  bool first = true;
  if (joined.empty()) {
    to += ']';
    return;
  }
  for (const std::string& word : split(joined, between)) {
    if (!first) to += ',';
    first = false;
    append_json_string(to, word);
  }
  to += ']';
}

void append_json_value(std::string& to, const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::null:
      to += "null";
      return;
    case Cell::Kind::text:
      append_json_string(to, cell.text);
      return;
    case Cell::Kind::integer:
      fmt::format_to(std::back_inserter(to), "{}", cell.integer);
      return;
    case Cell::Kind::real:
    case Cell::Kind::duration:
      to += std::isfinite(cell.real) ? real_text(cell.real) : "null";
      return;
    case Cell::Kind::flag:
      to += cell.integer != 0 ? "true" : "false";
      return;
    case Cell::Kind::time:
      append_json_string(to, time_text(cell.integer));
      return;
    case Cell::Kind::list:
      append_json_list(to, cell.text, ',');
      return;
    case Cell::Kind::lines:
      append_json_list(to, cell.text, '\n');
      return;
  }
}

std::string beside_each_other(std::string_view lines) {
  return join(split(lines, '\n'), "; ");
}

/// A value as CSV and TSV have it: plain, so that programs read it back.
std::string plain_text(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::null:
      return {};
    case Cell::Kind::text:
    case Cell::Kind::list:
      return std::string(cell.text);
    case Cell::Kind::lines:
      return beside_each_other(cell.text);
    case Cell::Kind::integer:
      return std::to_string(cell.integer);
    case Cell::Kind::real:
    case Cell::Kind::duration:
      return real_text(cell.real);
    case Cell::Kind::flag:
      return cell.integer != 0 ? "true" : "false";
    case Cell::Kind::time:
      return time_text(cell.integer);
  }
  return {};
}

class JsonWriter : public RowWriter {
 public:
  JsonWriter(const Layout& layout, std::vector<Column> columns, Output& out)
      : columns_(std::move(columns)),
        out_(out),
        in_array_(layout.format == Format::json && layout.shape == Shape::list) {}

  void row(std::span<const Cell> cells) override {
    line_.clear();
    if (in_array_) line_ += rows_ == 0 ? "[\n" : ",\n";
    append_json_object(line_, columns_, cells);
    if (!in_array_) line_ += '\n';
    ++rows_;
    out_.write(line_);
  }
  void finish() override {
    if (in_array_) out_.write(rows_ == 0 ? "[]\n" : "\n]\n");
  }

 private:
  std::vector<Column> columns_;
  Output& out_;
  bool in_array_;
  std::size_t rows_ = 0;
  std::string line_;
};

/// RFC 4180: CRLF, quotes doubled, quoted where needed.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

/// With an apostrophe before what a spreadsheet would take for a formula (OWASP, "CSV Injection").
std::string neutralised(const std::string& text) {
  static constexpr std::string_view k_begins_formula = "=+-@\t\r";
  if (text.empty() || k_begins_formula.find(text.front()) == std::string_view::npos) return text;
  return "'" + text;
}

/// Numbers and times are ours, and stay: -7 is a number, not a formula.
bool is_text(const Cell& cell) {
  return cell.kind == Cell::Kind::text || cell.kind == Cell::Kind::list ||
         cell.kind == Cell::Kind::lines;
}

/// Tabs, line ends and backslashes as \t \n \r \\, as jq's @tsv writes them.
std::string tsv_field(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\t':
        escaped += "\\t";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      case '\\':
        escaped += "\\\\";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

class SeparatedWriter : public RowWriter {
 public:
  SeparatedWriter(const Layout& layout, std::vector<Column> columns, Output& out)
      : columns_(std::move(columns)),
        out_(out),
        csv_(layout.format == Format::csv),
        on_terminal_(layout.width.has_value()),
        neutralises_(layout.formulas == Formulas::neutralised),
        headers_due_(layout.headers == Headers::shown) {}

  void row(std::span<const Cell> cells) override {
    write_headers();
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string value = plain_text(cells[i]);
      append(line, i, neutralises_ && is_text(cells[i]) ? neutralised(value) : value);
    }
    end(line);
  }
  void finish() override { write_headers(); }

 private:
  void append(std::string& line, std::size_t column, const std::string& value) const {
    if (column > 0) line += csv_ ? ',' : '\t';
    // What a program reads stays as it is; a terminal must not obey what strangers typed.
    const std::string text = on_terminal_ ? harmless(value, Lines::kept) : value;
    line += csv_ ? csv_field(text) : tsv_field(text);
  }
  void end(std::string& line) const {
    if (line.empty() && csv_ && columns_.size() == 1) line = "\"\"";  // else it is no record
    line += csv_ ? "\r\n" : "\n";
    out_.write(line);
  }
  void write_headers() {
    if (!headers_due_) return;
    headers_due_ = false;
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& name = columns_[i].name;  // of a query, whatever its author wrote
      append(line, i, neutralises_ ? neutralised(name) : name);
    }
    end(line);
  }

  std::vector<Column> columns_;
  Output& out_;
  bool csv_, on_terminal_, neutralises_, headers_due_;
};

}  // namespace

Cell text_cell(std::string_view text) noexcept {
  if (text.empty()) return {};
  return {.kind = Cell::Kind::text, .text = text};
}
Cell integer_cell(std::int64_t number) noexcept {
  return {.kind = Cell::Kind::integer, .text = {}, .integer = number};
}
Cell real_cell(double number) noexcept {
  return {
      .kind = Cell::Kind::real, .text = {}, .integer = 0, .real = std::round(number * 1000) / 1000};
}
Cell duration_cell(std::optional<double> seconds) noexcept {
  if (!seconds) return {};
  Cell cell = real_cell(*seconds);
  cell.kind = Cell::Kind::duration;
  return cell;
}
Cell flag_cell(bool flag) noexcept {
  return {.kind = Cell::Kind::flag, .text = {}, .integer = flag ? 1 : 0};
}
Cell time_cell(std::optional<Timestamp> time) noexcept {
  if (!time) return {};
  return {.kind = Cell::Kind::time, .text = {}, .integer = time->time_since_epoch().count()};
}
Cell lines_cell(std::string_view joined) noexcept {
  return {.kind = Cell::Kind::lines, .text = joined};
}

Cell list_cell(std::string_view joined) noexcept {
  return {.kind = Cell::Kind::list, .text = joined};
}

Column of_kind(Cell::Kind kind, Column column) {
  column.kind = kind;
  return column;
}

void append_json_object(std::string& to, std::span<const Column> columns,
                        std::span<const Cell> cells) {
  to += '{';
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) to += ',';
    append_json_string(to, columns[i].name);
    to += ':';
    append_json_value(to, cells[i]);
  }
  to += '}';
}

std::unique_ptr<RowWriter> make_row_writer(const Layout& layout, std::vector<Column> columns,
                                           Output& out) {
  switch (layout.format) {
    case Format::json:
    case Format::ndjson:
      return std::make_unique<JsonWriter>(layout, std::move(columns), out);
    case Format::csv:
    case Format::tsv:
      return std::make_unique<SeparatedWriter>(layout, std::move(columns), out);
    case Format::table:
      break;
  }
  return make_table_writer(layout, std::move(columns), out);
}

std::vector<std::size_t> choose_columns(std::span<const Column> columns,
                                        std::span<const std::string> fields, Format format) {
  std::vector<std::size_t> chosen;
  for (const std::string& field : fields) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&field](const Column& c) { return c.name == field; });
    if (found == columns.end()) {
      std::vector<std::string> known;
      for (const Column& column : columns) known.push_back(column.name);
      const std::string near = nearest(field, known);
      throw Error(ErrorKind::usage,
                  fmt::format("--fields: unknown field \"{}\"{}", excerpt(field, 60),
                              near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)),
                  "--fields help lists them");
    }
    chosen.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  if (!chosen.empty()) return chosen;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (format != Format::table || columns[i].shown != Shown::not_in_tables) chosen.push_back(i);
  }
  return chosen;
}

std::vector<Column> with_order_shown(std::vector<Column> columns, std::string_view order) {
  if (order.starts_with('-')) order.remove_prefix(1);
  for (Column& column : columns) {
    if (column.name == order && column.shown == Shown::not_in_tables) {
      column.shown = Shown::always;
    }
  }
  return columns;
}

std::string fields_help(std::span<const Column> columns) {
  std::size_t widest = 0;
  for (const Column& column : columns) widest = std::max(widest, column.name.size());
  std::string text;
  for (const Column& column : columns) {
    text += fmt::format("{:<{}}  {}\n", column.name, widest, column.meaning);
  }
  return text;
}

}  // namespace itsmc::cli
