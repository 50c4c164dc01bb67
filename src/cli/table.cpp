#include "cli/table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "itsmc/core/figures.hpp"

namespace itsmc::cli {
namespace {

constexpr std::string_view k_gap = "  ";
constexpr std::size_t k_least_width = 8;
// Below these another column goes instead, where one can.
constexpr std::size_t k_readable_word = 14;  // "change-request"
constexpr std::size_t k_readable_text = 20;  // of the widest, mostly a title
constexpr std::string_view k_bold = "\x1b[1m";
constexpr std::string_view k_plain = "\x1b[0m";

/// To the second: what people compare in a list; the milliseconds stand everywhere else.
std::string time_in_list(std::int64_t milliseconds) {
  const Timestamp time{std::chrono::milliseconds(milliseconds)};
  return format_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
}

bool is_number(const Cell& cell) {
  return cell.kind == Cell::Kind::integer || cell.kind == Cell::Kind::real ||
         cell.kind == Cell::Kind::duration;
}

bool is_bare(const Cell& cell) {
  if (cell.kind == Cell::Kind::null) return true;
  return is_number(cell) && cell.integer == 0 && cell.real == 0;
}

/// What people type into the next command is never cut, nor is a dashboard's bar.
bool stays_whole(const Column& column) {
  static constexpr std::array<std::string_view, 7> k_whole{"name", "number", "connection", "id",
                                                           "run",  "stream", "share"};
  return std::find(k_whole.begin(), k_whole.end(), column.name) != k_whole.end();
}

/// Keeps the texts of all rows in one block: a long list costs little more than its text.
class TableWriter : public RowWriter {
 public:
  TableWriter(const Layout& layout, std::vector<Column> columns, Output& out)
      : layout_(layout),
        columns_(std::move(columns)),
        out_(out),
        right_(columns_.size(), false),
        fixed_(columns_.size(), false),
        filled_(columns_.size(), false) {}

  void row(std::span<const Cell> cells) override {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (is_number(cells[i])) right_[i] = true;
      if (is_number(cells[i]) || cells[i].kind == Cell::Kind::time) fixed_[i] = true;
      if (!is_bare(cells[i])) filled_[i] = true;
      block_ += shown_text(cells[i], columns_[i], Lines::joined);
      ends_.push_back(block_.size());
    }
  }

  void finish() override {
    if (ends_.empty()) return;
    const std::vector<ColumnWidth> widths = fitted_widths();
    if (layout_.headers == Headers::shown) write_headers(widths);
    std::vector<std::string_view> texts(kept_.size());
    for (std::size_t i = 0; i < ends_.size(); i += columns_.size()) {
      for (std::size_t k = 0; k < kept_.size(); ++k) texts[k] = text(i + kept_[k]);
      out_.write(line(texts, widths) + '\n');
    }
  }

  [[nodiscard]] std::vector<std::string> left_out() const override {
    std::vector<std::string> names;
    for (std::size_t c = 0; c < columns_.size() && !kept_.empty(); ++c) {
      const bool kept = std::find(kept_.begin(), kept_.end(), c) != kept_.end();
      if (!kept) names.push_back(columns_[c].name);
    }
    return names;
  }

 private:
  [[nodiscard]] std::string_view text(std::size_t place) const {
    const std::size_t begin = place == 0 ? 0 : ends_[place - 1];
    return std::string_view(block_).substr(begin, ends_[place] - begin);
  }

  [[nodiscard]] std::vector<ColumnWidth> whole_widths() const {
    std::vector<ColumnWidth> widths(columns_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      widths[c].can_be_cut = !fixed_[c] && !stays_whole(columns_[c]);
      widths[c].can_go = columns_[c].shown == Shown::with_room;
      widths[c].is_bare = !filled_[c];
      widths[c].goes_last = columns_[c].shown == Shown::to_the_last;
      if (layout_.headers == Headers::shown)
        widths[c].columns = display_width(header_text(columns_[c]));
    }
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      std::size_t& width = widths[i % columns_.size()].columns;
      width = std::max(width, display_width(text(i)));
    }
    return widths;
  }

  /// Of the columns that stay: kept_.
  [[nodiscard]] std::vector<ColumnWidth> fitted_widths() {
    const std::vector<ColumnWidth> all = whole_widths();
    const std::size_t room = layout_.width ? static_cast<std::size_t>(*layout_.width) : SIZE_MAX;
    kept_ = places_with_room(all, room);
    std::vector<ColumnWidth> widths;
    for (const std::size_t place : kept_) widths.push_back(all[place]);
    return fit_widths(std::move(widths), room);
  }

  void write_headers(const std::vector<ColumnWidth>& widths) const {
    std::vector<std::string> names;
    for (const std::size_t place : kept_) names.push_back(header_text(columns_[place]));
    const std::string headers = line({names.begin(), names.end()}, widths);
    out_.write(layout_.colour == Colour::on ? fmt::format("{}{}{}\n", k_bold, headers, k_plain)
                                            : headers + '\n');
  }

  [[nodiscard]] std::string line(const std::vector<std::string_view>& texts,
                                 const std::vector<ColumnWidth>& widths) const {
    std::string line;
    for (std::size_t k = 0; k < texts.size(); ++k) {
      if (k > 0) line += k_gap;
      const std::string cut = layout_.width
                                  ? cut_to_width(texts[k], widths[k].columns, layout_.charset)
                                  : std::string(texts[k]);
      const std::string padding(widths[k].columns - std::min(widths[k].columns, display_width(cut)),
                                ' ');
      line += right_[kept_[k]] ? padding + cut : cut + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  Layout layout_;
  std::vector<Column> columns_;
  Output& out_;
  std::vector<bool> right_, fixed_, filled_;
  std::vector<std::size_t> kept_;
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
      const std::string text = shown_text(cells[i], columns_[i], Lines::kept);
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

/// What the columns at these places need at least: each text as few letters as it is ever cut to.
std::size_t least_width(const std::vector<ColumnWidth>& widths,
                        const std::vector<std::size_t>& places) {
  std::size_t total = places.empty() ? 0 : k_gap.size() * (places.size() - 1);
  for (const std::size_t place : places) {
    const ColumnWidth& one = widths[place];
    total += one.can_be_cut ? std::min(one.columns, k_least_width) : one.columns;
  }
  return total;
}

/// What the columns at these places need to be read: texts may be cut, the widest to a readable
/// length.
std::size_t needed_width(const std::vector<ColumnWidth>& widths,
                         const std::vector<std::size_t>& places) {
  std::size_t total = places.empty() ? 0 : k_gap.size() * (places.size() - 1);
  std::size_t widest_text = 0;
  for (const std::size_t place : places) {
    const ColumnWidth& one = widths[place];
    total += one.can_be_cut ? std::min(one.columns, k_readable_word) : one.columns;
    if (one.can_be_cut) widest_text = std::max(widest_text, one.columns);
  }
  return total + std::min(widest_text, k_readable_text) - std::min(widest_text, k_readable_word);
}

/// Of the columns at these places the first, which says what a row is of, and of the others each
/// that fits beside those before it: first those that go last, from the right, where the outcome
/// stands; then the rest from the left.
std::vector<std::size_t> those_that_fit(const std::vector<ColumnWidth>& widths,
                                        std::vector<std::size_t> places, std::size_t width) {
  if (places.empty()) return places;
  const auto rest =
      std::stable_partition(places.begin() + 1, places.end(),
                            [&widths](std::size_t place) { return widths[place].goes_last; });
  std::reverse(places.begin() + 1, rest);
  std::vector<std::size_t> fitting;
  for (const std::size_t place : places) {
    fitting.push_back(place);
    if (fitting.size() > 1 && least_width(widths, fitting) > width) fitting.pop_back();
  }
  std::sort(fitting.begin(), fitting.end());
  return fitting;
}

}  // namespace

std::string shown_text(const Cell& cell, const Column& column, Lines lines) {
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
      return lines == Lines::joined
                 ? time_in_list(cell.integer)
                 : format_rfc3339(Timestamp(std::chrono::milliseconds(cell.integer)));
  }
  return {};
}

std::string header_text(const Column& column) {
  if (!column.title.empty()) return column.title;
  std::string text = column.name;
  for (char& c : text) {
    if (c == '_') c = ' ';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::vector<std::size_t> places_with_room(const std::vector<ColumnWidth>& widths,
                                          std::size_t width) {
  std::vector<std::size_t> kept(widths.size());
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  const auto goes_before = [&widths](std::size_t a, std::size_t b) {
    return std::tuple(widths[a].can_go, widths[a].is_bare, a) <
           std::tuple(widths[b].can_go, widths[b].is_bare, b);
  };
  while (needed_width(widths, kept) > width) {
    const auto first = std::max_element(kept.begin(), kept.end(), goes_before);
    if (!widths[*first].can_go) break;
    kept.erase(first);
  }
  // The others go only where not even cut texts fit.
  return least_width(widths, kept) > width ? those_that_fit(widths, std::move(kept), width) : kept;
}

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
