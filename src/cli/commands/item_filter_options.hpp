#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "itsmc/core/item_filter.hpp"

namespace itsmc::cli {

/// The filters of `workitem list` and `summary` as they were given.
struct FilterOptions {
  std::vector<std::string> connections, types, states;
  std::optional<bool> open;
  std::string ci, assigned_to, text, updated_since, created_since, created_before;
  bool deleted = false;
  std::string sort = "-updated_at";
  std::int64_t limit = 50;
};
void add_filter_options(OptionSet& options, FilterOptions& filter);
void add_list_options(OptionSet& options, FilterOptions& filter);

/// Throws Error(usage) for an unknown type: the nearest is named. Pure.
[[nodiscard]] std::vector<WorkItemType> read_types(const std::vector<std::string>& words);
/// Throws Error(usage): unknown type or sort field (nearest named), unreadable time. Pure.
[[nodiscard]] ItemFilter to_filter(const FilterOptions& options, Timestamp now);

}  // namespace itsmc::cli
