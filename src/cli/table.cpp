#include "cli/table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/display_text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::string_view k_gap = "  ";
constexpr std::size_t k_least_width = 8;
constexpr std::string_view k_bold = "\x1b[1m";
constexpr std::string_view k_plain = "\x1b[0m";

std::string display_text(const Cell& cell, const Column& column, Lines lines) {
  switch (cell.kind) {
    case Cell::Kind::null:
      return {};
    case Cell::Kind::text:
    case Cell::Kind::list:
    case Cell::Kind::lines:
      return harmless(cell.text, lines);
    case Cell::Kind::integer:
      return column.figures == Figures::grouped ? with_separators(cell.integer)
                                                : std::to_string(cell.integer);
    case Cell::Kind::real:
      return fmt::format("{}", cell.real);
    case Cell::Kind::duration:
      return format_duration(
          std::chrono::milliseconds(static_cast<std::int64_t>(cell.real * 1000)));
    case Cell::Kind::flag:
      return cell.integer != 0 ? "yes" : "no";
    case Cell::Kind::time:
      return format_rfc3339(Timestamp(std::chrono::milliseconds(cell.integer)));
  }
  return {};
}

std::string header_text(const Column& column) {
  std::string text = column.title.empty() ? column.name : column.title;
  for (char& c : text) {
    if (c == '_') c = ' ';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

bool is_number(const Cell& cell) {
  return cell.kind == Cell::Kind::integer || cell.kind == Cell::Kind::real ||
         cell.kind == Cell::Kind::duration;
}

/// What people type into the next command is never cut.
bool is_typed(const Column& column) {
  static constexpr std::array<std::string_view, 5> k_typed{"name", "number", "connection", "id",
                                                           "run"};
  return std::find(k_typed.begin(), k_typed.end(), column.name) != k_typed.end();
}

/// Keeps the texts of all rows in one block: a long list costs little more than its text.
class TableWriter : public RowWriter {
 public:
  TableWriter(const Layout& layout, std::vector<Column> columns, Output& out)
      : layout_(layout),
        columns_(std::move(columns)),
        out_(out),
        right_(columns_.size(), false),
        fixed_(columns_.size(), false) {}

  void row(std::span<const Cell> cells) override {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (is_number(cells[i])) right_[i] = true;
      if (is_number(cells[i]) || cells[i].kind == Cell::Kind::time) fixed_[i] = true;
      block_ += display_text(cells[i], columns_[i], Lines::joined);
      ends_.push_back(block_.size());
    }
  }

  void finish() override {
    if (ends_.empty()) return;
    const std::vector<ColumnWidth> widths = fitted_widths();
    if (layout_.headers == Headers::shown) write_headers(widths);
    std::vector<std::string_view> texts(columns_.size());
    for (std::size_t i = 0; i < ends_.size(); i += columns_.size()) {
      for (std::size_t c = 0; c < columns_.size(); ++c) texts[c] = text(i + c);
      out_.write(line(texts, widths) + '\n');
    }
  }

 private:
  [[nodiscard]] std::string_view text(std::size_t place) const {
    const std::size_t begin = place == 0 ? 0 : ends_[place - 1];
    return std::string_view(block_).substr(begin, ends_[place] - begin);
  }

  [[nodiscard]] std::vector<ColumnWidth> fitted_widths() const {
    std::vector<ColumnWidth> widths(columns_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      widths[c].can_be_cut = !fixed_[c] && !is_typed(columns_[c]);
      if (layout_.headers == Headers::shown) widths[c].columns = header_text(columns_[c]).size();
    }
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      std::size_t& width = widths[i % columns_.size()].columns;
      width = std::max(width, display_width(text(i)));
    }
    return layout_.width ? fit_widths(std::move(widths), static_cast<std::size_t>(*layout_.width))
                         : widths;
  }

  void write_headers(const std::vector<ColumnWidth>& widths) const {
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(header_text(column));
    const std::string headers = line({names.begin(), names.end()}, widths);
    out_.write(layout_.colour == Colour::on ? fmt::format("{}{}{}\n", k_bold, headers, k_plain)
                                            : headers + '\n');
  }

  [[nodiscard]] std::string line(const std::vector<std::string_view>& texts,
                                 const std::vector<ColumnWidth>& widths) const {
    std::string line;
    for (std::size_t c = 0; c < texts.size(); ++c) {
      if (c > 0) line += k_gap;
      const std::string cut =
          layout_.width ? cut_to_width(texts[c], widths[c].columns) : std::string(texts[c]);
      const std::string padding(widths[c].columns - std::min(widths[c].columns, display_width(cut)),
                                ' ');
      line += right_[c] ? padding + cut : cut + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  Layout layout_;
  std::vector<Column> columns_;
  Output& out_;
  std::vector<bool> right_, fixed_;
  std::string block_;
  std::vector<std::size_t> ends_;
};

/// One field a line; what is absent is left out. Later lines of a long text are indented.
class UprightWriter : public RowWriter {
 public:
  UprightWriter(const Layout& layout, std::vector<Column> columns, Output& out)
      : layout_(layout), columns_(std::move(columns)), out_(out) {}

  void row(std::span<const Cell> cells) override {
    std::size_t widest = 0;
    for (const Column& column : columns_) widest = std::max(widest, column.name.size());
    if (rows_++ > 0) out_.write("\n");
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string text = display_text(cells[i], columns_[i], Lines::kept);
      if (!text.empty()) write_field(columns_[i].name, text, widest);
    }
  }
  void finish() override {}

 private:
  void write_field(const std::string& name, const std::string& text, std::size_t widest) {
    std::string left;
    if (layout_.headers == Headers::shown) {
      const bool bold = layout_.colour == Colour::on;
      left =
          fmt::format("{}{:<{}}{}{}", bold ? k_bold : "", name, widest, bold ? k_plain : "", k_gap);
    }
    std::string indented;
    for (const char c : text) {
      indented += c;
      if (c == '\n') indented.append(widest + k_gap.size(), ' ');
    }
    out_.write(left + indented + '\n');
  }

  Layout layout_;
  std::vector<Column> columns_;
  Output& out_;
  std::size_t rows_ = 0;
};

}  // namespace

std::vector<ColumnWidth> fit_widths(std::vector<ColumnWidth> widths, std::size_t width) {
  if (widths.empty()) return widths;
  std::size_t total = k_gap.size() * (widths.size() - 1);
  for (const ColumnWidth& one : widths) total += one.columns;
  const auto narrower = [](const ColumnWidth& a, const ColumnWidth& b) {
    return std::pair(a.can_be_cut, a.columns) < std::pair(b.can_be_cut, b.columns);
  };
  while (total > width) {
    const auto widest = std::max_element(widths.begin(), widths.end(), narrower);
    if (!widest->can_be_cut || widest->columns <= k_least_width) break;
    --widest->columns;
    --total;
  }
  return widths;
}

std::unique_ptr<RowWriter> make_table_writer(const Layout& layout, std::vector<Column> columns,
                                             Output& out) {
  if (layout.shape == Shape::one) {
    return std::make_unique<UprightWriter>(layout, std::move(columns), out);
  }
  return std::make_unique<TableWriter>(layout, std::move(columns), out);
}

}  // namespace itsmc::cli
