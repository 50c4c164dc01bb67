#include "cli/commands/item_filter_options.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "cli/commands/item_columns.hpp"
#include "cli/when.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

Error unknown_word(std::string_view option, const std::string& word,
                   const std::vector<std::string>& known) {
  constexpr std::size_t k_few = 8;
  const std::string near = nearest(word, known);
  return {ErrorKind::usage,
          fmt::format("{}: unknown \"{}\"{}", option, excerpt(word, 60),
                      near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)),
          known.size() > k_few ? std::string("itsmc workitem list --fields help lists them")
                               : fmt::format("{} takes one of: {}", option, join(known, ", "))};
}

WorkItemType read_type(const std::string& word) {
  if (const std::optional<WorkItemType> type = parse_work_item_type(word)) return *type;
  std::vector<std::string> known;
  for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request,
                                  WorkItemType::event, WorkItemType::alert}) {
    known.emplace_back(to_string(type));
  }
  throw unknown_word("--type", word, known);
}

void read_sort(const std::string& text, ItemFilter& filter) {
  filter.descending = text.starts_with('-');
  filter.sort = filter.descending ? text.substr(1) : text;
  const std::vector<std::string> known = sortable_names();
  if (std::find(known.begin(), known.end(), filter.sort) == known.end()) {
    throw unknown_word("--sort", filter.sort, known);
  }
}

}  // namespace

void add_filter_options(OptionSet& options, FilterOptions& filter) {
  options.add({.name = "connection",
               .value = "A,B",
               .help = "Only of these connections",
               .set = list_into(filter.connections)});
  options.add({.name = "type",
               .value = "A,B",
               .help = "incident, change-request, event, alert",
               .set = list_into(filter.types)});
  options.add({.name = "state",
               .value = "STATE",
               .help = "Label or code of the state; may be repeated",
               .set = append_to(filter.states)});
  options.add({.name = "open",
               .value = {},
               .help = "Only open ones; --open=false: only closed ones",
               .set = into(filter.open)});
  options.add({.name = "ci",
               .value = "NAME",
               .help = "Affecting this configuration item",
               .set = into(filter.ci)});
  options.add({.name = "assigned-to",
               .value = "NAME",
               .help = "Assigned to this person",
               .set = into(filter.assigned_to)});
  options.add({.name = "text",
               .value = "WORDS",
               .help = "Within number, title or description",
               .set = into(filter.text)});
  options.add({.name = "updated-since",
               .value = "TIME",
               .help = "Changed since: 2026-06-20, 2026-06-20T08:00:00Z, 2h (ago)",
               .set = into(filter.updated_since)});
  options.add({.name = "created-since",
               .value = "TIME",
               .help = "Created since; what tells no such time counts by its last change",
               .set = into(filter.created_since)});
  options.add({.name = "created-before",
               .value = "TIME",
               .help = "Created before; with --created-since a window",
               .set = into(filter.created_before)});
  options.add({.name = "deleted",
               .value = {},
               .help = "Also those that have disappeared from the product",
               .set = into(filter.deleted)});
}

void add_list_options(OptionSet& options, FilterOptions& filter) {
  options.add({.name = "limit",
               .value = "N",
               .help = "How many at most (default 50, 0: all)",
               .set = count_into(filter.limit, {0, std::numeric_limits<std::int64_t>::max()}),
               .fallback = "50"});
  options.add(
      {.name = "sort",
       .value = "FIELD",
       .help = "By this field, shown then too; -FIELD: the greatest first (default -updated_at)",
       .set = into(filter.sort),
       .fallback = filter.sort});
}

std::vector<WorkItemType> read_types(const std::vector<std::string>& words) {
  std::vector<WorkItemType> types;
  types.reserve(words.size());
  for (const std::string& word : words) types.push_back(read_type(word));
  return types;
}

ItemFilter to_filter(const FilterOptions& options, Timestamp now) {
  ItemFilter filter;
  filter.connections = options.connections;
  filter.types = read_types(options.types);
  filter.states = options.states;
  filter.open = options.open;
  filter.configuration_item = options.ci;
  filter.assigned_to = options.assigned_to;
  filter.text = options.text;
  const auto moment = [now](std::string_view option, const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(read_when(option, text, now));
  };
  filter.updated_since = moment("--updated-since", options.updated_since);
  filter.created_since = moment("--created-since", options.created_since);
  filter.created_before = moment("--created-before", options.created_before);
  filter.deleted = options.deleted;
  read_sort(options.sort, filter);
  filter.limit = options.limit;
  return filter;
}

}  // namespace itsmc::cli
