#include "cli/commands/result_columns.hpp"

#include <map>

#include <fmt/format.h>

namespace itsmc::cli {

std::vector<Column> result_columns(std::span<const std::string> names) {
  std::vector<Column> columns;
  std::map<std::string, int> seen;
  for (const std::string& name : names) {
    const int times = ++seen[name];
    columns.push_back({.name = times == 1 ? name : fmt::format("{}_{}", name, times),
                       .meaning = "a column of the result",
                       .shown = Shown::always,
                       .figures = Figures::plain,
                       .title = name,
                       .kind = Cell::Kind::null});
  }
  return columns;
}

}  // namespace itsmc::cli
