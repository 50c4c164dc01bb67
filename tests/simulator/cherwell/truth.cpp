#include "cherwell/truth.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include <fmt/format.h>

#include "cherwell/fill.hpp"

namespace itsmc::sim::cherwell {
namespace {

struct Key {
  std::string_view key;
  std::string_view field;
};
constexpr std::array<Key, 14> k_texts{{{"description", "Description"},
                                       {"state", "Status"},
                                       {"urgency", "Urgency"},
                                       {"impact", "Impact"},
                                       {"priority", "Priority"},
                                       {"category", "Category"},
                                       {"source", "Source"},
                                       {"assigned_to", "OwnedBy"},
                                       {"assignment_group", "OwnedByTeam"},
                                       {"created_by", "CreatedBy"},
                                       {"closed_by", "ClosedBy"},
                                       {"configuration_item", "ConfigItemDisplayName"},
                                       {"configuration_item_id", "ConfigItemRecID"},
                                       {"change_type", "Type"}}};
constexpr std::array<Key, 5> k_moments{{{"created_at", "CreatedDateTime"},
                                        {"resolved_at", "Stat_DateTimeResolved"},
                                        {"closed_at", "ClosedDateTime"},
                                        {"planned_start", "ProposedStartDate"},
                                        {"planned_end", "ScheduledEndDate"}}};

std::string moment_json(std::optional<std::int64_t> seconds) {
  if (!seconds) return "null";
  std::string text = utc_text(*seconds);
  text[10] = 'T';
  return quote_json(text + "Z");
}

std::string truth_line(const Site& site, const ObjectType& type, const Record& record) {
  const auto status = type.role(Role::status);
  const bool open = !status || !site.closed_states.contains(std::string(record.text(*status)));
  std::string out = fmt::format(
      R"({{"id":{},"number":{},"updated":{},"title":{},"open":{},"hidden":{})",
      quote_json(record.rec_id), quote_json(record.public_id), moment_json(record.updated),
      quote_json(title_of(type, record)), open, record.visibility == Visibility::hidden);
  for (const auto& [key, name] : k_texts) {
    const auto field = type.field(name);
    const auto text = field ? record.text(*field) : std::string_view{};
    out += fmt::format(R"(,"{}":{})", key, text.empty() ? "null" : quote_json(text));
  }
  for (const auto& [key, name] : k_moments) {
    const auto field = type.field(name);
    out +=
        fmt::format(R"(,"{}":{})", key, moment_json(field ? record.moment(*field) : std::nullopt));
  }
  return out + "}\n";
}

}  // namespace

Reply truth_reply(Site& site, ItemType item, std::int64_t since) {
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.stream = [&site, item, since](const Sink& sink) {
    const std::shared_lock lock(site.lock);
    const TypeNumber number = type_number(site, item);
    const Table& table = site.table(number);
    std::vector<RowNumber> rows = table.by_updated();
    std::sort(rows.begin(), rows.end(),
              [&](RowNumber a, RowNumber b) { return table.row(a).rec_id < table.row(b).rec_id; });
    for (const auto row : rows) {
      const Record& record = table.row(row);
      if (record.updated < since) continue;
      if (!sink(truth_line(site, site.blueprint.type(number), record))) return;
    }
  };
  return reply;
}

}  // namespace itsmc::sim::cherwell
