#include "cli/row_order.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

double number_of(const Cell& cell) {
  const bool real = cell.kind == Cell::Kind::real || cell.kind == Cell::Kind::duration;
  return real ? cell.real : static_cast<double>(cell.integer);
}

bool is_less(const Cell& a, const Cell& b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.kind == Cell::Kind::integer || a.kind == Cell::Kind::time) return a.integer < b.integer;
  if (!a.text.empty() || !b.text.empty()) return a.text < b.text;
  return number_of(a) < number_of(b);
}

}  // namespace

SortOrder read_sort_order(const std::string& text, std::span<const Column> columns) {
  const bool descending = text.starts_with('-');
  const std::string name = descending ? text.substr(1) : text;
  std::vector<std::string> known;
  for (const Column& column : columns) known.push_back(column.name);
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) {
    const std::string near = nearest(name, known);
    throw Error(ErrorKind::usage,
                fmt::format("--sort: unknown field \"{}\"{}", excerpt(name, 60),
                            near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)),
                "--fields help lists them");
  }
  return {.column = static_cast<std::size_t>(found - known.begin()),
          .direction = descending ? Direction::descending : Direction::ascending};
}

Cell SortedRows::Kept::view() const {
  Cell seen = cell;
  seen.text = text;
  return seen;
}

void SortedRows::keep(const Cell& key, std::span<const Cell> cells) {
  Row row{.key = {key, std::string(key.text)}, .cells = {}};
  row.cells.reserve(cells.size());
  for (const Cell& cell : cells) row.cells.push_back({cell, std::string(cell.text)});
  rows_.push_back(std::move(row));
}

void SortedRows::write(RowWriter& to) {
  const bool descending = order_.direction == Direction::descending;
  std::stable_sort(rows_.begin(), rows_.end(), [descending](const Row& a, const Row& b) {
    const Cell left = a.key.view();
    const Cell right = b.key.view();
    const bool left_absent = left.kind == Cell::Kind::null;
    const bool right_absent = right.kind == Cell::Kind::null;
    if (left_absent || right_absent) return !left_absent && right_absent;
    return descending ? is_less(right, left) : is_less(left, right);
  });
  std::vector<Cell> cells;
  for (const Row& row : rows_) {
    cells.clear();
    for (const Kept& kept : row.cells) cells.push_back(kept.view());
    to.row(cells);
  }
  rows_.clear();
}

}  // namespace itsmc::cli
