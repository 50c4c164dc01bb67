#include "partners/provance_draft.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::partners::provance {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t k_most_alternatives = 6;

/// What a column must be to fill a field.
enum class Fit { text, choice, person, time };

struct Wish {
  std::string_view field;
  Fit fit;
  Words words;  // names without prefix and underscores, the best first
};

const std::vector<Wish>& wishes() {
  static const std::vector<Wish> k_wishes{
      {"number", Fit::text, {"number", "ticketnumber", "incidentnumber", "changenumber"}},
      {"title", Fit::text, {"title", "shortdescription", "subject", "summary", "name"}},
      {"description", Fit::text, {"description", "details"}},
      {"state", Fit::choice, {"state", "status", "stage", "statuscode"}},
      {"urgency", Fit::choice, {"urgency", "urgencycode"}},
      {"impact", Fit::choice, {"impact", "impactcode", "severitycode"}},
      {"priority", Fit::choice, {"priority", "prioritycode"}},
      {"category", Fit::choice, {"category", "categorycode", "casetypecode"}},
      {"source", Fit::choice, {"source", "sourcecode", "origin", "caseorigincode"}},
      {"escalation", Fit::choice, {"escalation", "escalationlevel"}},
      {"assigned_to", Fit::person, {"assignedto", "assignee", "ownerid"}},
      {"assignment_group", Fit::person, {"assignmentgroup", "assignedgroup", "supportgroup"}},
      {"created_by", Fit::person, {"createdby"}},
      {"closed_by", Fit::person, {"closedby"}},
      {"resolved_by", Fit::person, {"resolvedby"}},
      {"change_type", Fit::choice, {"changetype", "type"}},
      {"risk", Fit::choice, {"risk", "risklevel"}},
      {"conflict_status", Fit::choice, {"conflictstatus"}},
      {"configuration_item", Fit::person, {"configurationitem", "ci", "asset"}},
      {"created_at", Fit::time, {"createdon"}},
      {"updated_at", Fit::time, {"modifiedon"}},
      {"resolved_at", Fit::time, {"resolvedon", "resolvedat", "resolveddate"}},
      {"closed_at", Fit::time, {"closedon", "closedat", "closeddate"}},
      {"requested_at", Fit::time, {"requestedon", "requesteddate", "requiredby"}},
      {"planned_start", Fit::time, {"plannedstart", "plannedstartdate", "scheduledstart"}},
      {"planned_end", Fit::time, {"plannedend", "plannedenddate", "scheduledend"}},
      {"work_start", Fit::time, {"workstart", "actualstart", "actualstartdate"}},
      {"work_end", Fit::time, {"workend", "actualend", "actualenddate"}},
  };
  return k_wishes;
}

Words table_words(WorkItemType type) {
  if (type == WorkItemType::incident) return {"incident", "ticket", "case"};
  return {"changerequest", "change", "rfc"};
}

bool has_prefix(std::string_view name) {
  return name.find('_') != std::string_view::npos;
}

/// "assignedto" of "x_assigned_to": without the publisher's prefix.
std::string bare(std::string_view name) {
  const std::size_t mark = name.find('_');
  std::string text = to_lower(mark == std::string_view::npos ? name : name.substr(mark + 1));
  std::erase(text, '_');
  return text;
}

/// Higher is better; 0: does not fit.
int score(const std::string& name, const Words& words) {
  const std::string base = bare(name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (base == words[i]) return 1000 - static_cast<int>(i) * 20 + (has_prefix(name) ? 10 : 0);
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (base.find(words[i]) == std::string::npos) continue;
    return 500 - static_cast<int>(i) * 20 -
           static_cast<int>(std::min<std::size_t>(base.size(), 99)) / 10;
  }
  return 0;
}

bool is_of(const Attribute& one, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), one.type) != types.end();
}

bool fits(const Attribute& one, Fit fit) {
  switch (fit) {
    case Fit::text:
      return is_of(one, {"String", "Memo", "Integer", "BigInt"});
    case Fit::choice:
      return is_of(one, {"Picklist", "Status", "State", "String", "Boolean", "Integer", "Lookup"});
    case Fit::person:
      return is_of(one, {"Lookup", "Owner", "Customer", "String"});
    case Fit::time:
      return one.type == "DateTime";
  }
  return false;
}

/// The columns that could fill a field, the best first.
std::vector<const Attribute*> likely_columns(const TableFacts& table, const Wish& wish) {
  std::vector<std::pair<int, const Attribute*>> scored;
  for (const Attribute& one : table.attributes) {
    const int points = fits(one, wish.fit) ? score(one.name, wish.words) : 0;
    if (points > 0) scored.emplace_back(points, &one);
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const Attribute*> columns;
  columns.reserve(scored.size());
  for (const auto& [points, one] : scored) columns.push_back(one);
  return columns;
}

bool is_certain(const Attribute& one, const Wish& wish) {
  const std::string base = bare(one.name);
  return std::find(wish.words.begin(), wish.words.end(), base) != wish.words.end();
}

/// Writes the draft of one type. Lives during one draft_from.
class Drafter {
 public:
  Drafter(const Candidates& candidates, ProfileDraft& draft)
      : candidates_(candidates), draft_(draft) {}

  void run() {
    const WorkItemType type = candidates_.type;
    if (candidates_.tables.empty()) {
      note("", fmt::format("No table's name looks like that of {}s. When there is one, write "
                           "[{}] for it like\nthe other type; as it stands, this profile does not "
                           "map the type.",
                           to_string(type), to_string(type)));
      return;
    }
    const TableFacts& table = candidates_.tables.front();
    map_.type = type;
    map_.set = table.set;
    map_.key = table.key;
    note_other_tables();
    draft_open(table);
    for (const std::string& field : profile_fields(type)) draft_field(table, field);
    if (map_.column_of("title").empty() && !table.name_column.empty()) {
      map_.columns.push_back({"title", table.name_column});
      note("columns.title", "The table's primary name; no column is called title.");
    }
    if (check_table(map_).empty()) {
      draft_.profile.tables.push_back(std::move(map_));
    } else {
      note("", fmt::format("The table {} has no column for the title or the last change: {} is "
                           "not mapped.",
                           table.set, to_string(type)));
    }
  }

 private:
  void note(std::string key, std::string text) {
    draft_.notes.push_back({candidates_.type, std::move(key), std::move(text)});
  }

  void note_other_tables() {
    std::vector<std::string> others;
    for (std::size_t i = 1; i < candidates_.tables.size() && i <= k_most_alternatives; ++i) {
      others.push_back(candidates_.tables[i].set);
    }
    if (others.empty()) return;
    note("set", "To decide: other tables whose names fit: " + join(others, ", "));
  }

  void draft_open(const TableFacts& table) {
    const bool has_state = std::any_of(table.attributes.begin(), table.attributes.end(),
                                       [](const Attribute& a) { return a.name == "statecode"; });
    if (!has_state) return;
    map_.open_column = "statecode";
    map_.open_values = {"0"};
    note("open-column",
         "To decide: which values mean that work goes on. 0 is what the platform calls active.");
  }

  void draft_field(const TableFacts& table, const std::string& field) {
    const auto wish = std::find_if(wishes().begin(), wishes().end(),
                                   [&field](const Wish& one) { return one.field == field; });
    if (wish == wishes().end()) return;
    const std::vector<const Attribute*> columns = likely_columns(table, *wish);
    const std::string key = "columns." + field;
    const bool certain = !columns.empty() && is_certain(*columns.front(), *wish);
    std::vector<std::string> others;
    for (std::size_t i = certain ? 1 : 0; i < columns.size() && i <= k_most_alternatives; ++i) {
      others.push_back(columns[i]->column());
    }
    if (certain) {
      map_.columns.push_back({field, columns.front()->column()});
      if (!others.empty()) note(key, "or: " + join(others, ", "));
    } else if (others.empty()) {
      note(key, fmt::format("{}: no column's name fits", field));
    } else {
      note(key, fmt::format("{}: to decide; names that come near: {}", field, join(others, ", ")));
    }
  }

  const Candidates& candidates_;
  ProfileDraft& draft_;
  TableMap map_;
};

}  // namespace

std::vector<TableFacts> likely_tables(WorkItemType type, const std::vector<TableFacts>& all) {
  const Words words = table_words(type);
  std::vector<std::pair<int, const TableFacts*>> scored;
  for (const TableFacts& table : all) {
    const int points = score(table.name, words);
    if (points > 0 && !table.set.empty() && !table.key.empty()) scored.emplace_back(points, &table);
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<TableFacts> tables;
  tables.reserve(scored.size());
  for (const auto& [points, table] : scored) tables.push_back(*table);
  return tables;
}

std::vector<Candidates> read_metadata(const Organisation& organisation,
                                      const std::stop_token& stop) {
  const std::vector<TableFacts> all = read_tables(organisation, stop);
  std::vector<Candidates> found;
  for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request}) {
    Candidates candidates{type, likely_tables(type, all)};
    if (!candidates.tables.empty()) read_attributes(organisation, candidates.tables.front(), stop);
    found.push_back(std::move(candidates));
  }
  return found;
}

ProfileDraft draft_from(const std::vector<Candidates>& candidates) {
  ProfileDraft draft;
  draft.profile.name = "draft";
  for (const Candidates& one : candidates) Drafter(one, draft).run();
  if (!draft.profile.tables.empty()) return draft;
  throw Error(ErrorKind::not_found,
              "no table of the instance looks like incidents or change requests",
              "write the profile by hand: reference in the README, tables in the Power Apps maker "
              "portal > Tables");
}

}  // namespace itsmc::partners::provance
