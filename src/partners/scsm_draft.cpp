#include "partners/scsm_draft.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::scsm {
namespace {

using nlohmann::json;

struct Member {
  std::string_view name, option, list;
};
// NewIncident of the contract, and the option that people type for it.
constexpr std::array k_members = {
    Member{"title", "title", ""},
    Member{"description", "description", ""},
    Member{"urgency", "urgency", "System.WorkItem.TroubleTicket.UrgencyEnum"},
    Member{"impact", "impact", "System.WorkItem.TroubleTicket.ImpactEnum"},
    Member{"source", "source", "IncidentSourceEnum"},
    Member{"classification", "category", "IncidentClassificationEnum"},
    Member{"supportGroup", "supportGroup", "IncidentTierQueuesEnum"},
    Member{"affectedUser", "affectedUser", ""},
};
constexpr std::string_view k_projection = "System.WorkItem.Incident.ProjectionType";
constexpr std::string_view k_resolved = "2b8830b6-59f0-f574-9c2a-f4b4682f1681";
constexpr std::size_t k_listed = 20;

const Member* find_member(std::string_view name) {
  const auto found = std::find_if(k_members.begin(), k_members.end(),
                                  [name](const Member& one) { return one.name == name; });
  return found == k_members.end() ? nullptr : &*found;
}

/// "High" of "System.WorkItem.TroubleTicket.UrgencyEnum.High".
std::string_view last_part(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

bool is_called(const ListMember& member, std::string_view word) {
  return iequals(member.id, word) || iequals(member.name, word) ||
         iequals(member.display_name, word) || iequals(last_part(member.name), word);
}

std::string words_of(const std::vector<ListMember>& members) {
  std::vector<std::string> words;
  for (const ListMember& member : members) {
    if (words.size() == k_listed) break;
    words.push_back(member.display_name.empty() ? member.name : member.display_name);
  }
  if (members.size() > k_listed) words.push_back(fmt::format("... ({} in all)", members.size()));
  return words.empty() ? "the list is empty" : "valid: " + join(words, ", ");
}

std::string unknown_member(const std::string& name) {
  std::vector<std::string> names;
  names.reserve(k_members.size());
  for (const Member& one : k_members) names.emplace_back(one.name);
  const std::string near = nearest(name, names);
  return fmt::format(
      "an incident takes no such field{}",
      near.empty() ? ": " + join(names, ", ") : fmt::format(": did you mean {}?", near));
}

/// Collects an incident member by member.
class Maker {
 public:
  explicit Maker(const IncidentRules& rules) : rules_(rules) {}

  void put(const Member& member, const std::string& value) {
    if (value.empty()) return;
    const auto list = rules_.lists.find(member.list);
    const bool known = !member.list.empty() && list != rules_.lists.end();
    if (!known) return set(member.name, value);
    const auto found = std::find_if(list->second.begin(), list->second.end(),
                                    [&](const ListMember& one) { return is_called(one, value); });
    if (found != list->second.end()) return set(member.name, found->id);
    problem(member.option, fmt::format("\"{}\" is no value of it; {}", excerpt(value, 80),
                                       words_of(list->second)));
  }
  void set(std::string_view name, const std::string& value) {
    const auto found = std::find_if(made_.members.begin(), made_.members.end(),
                                    [name](const auto& entry) { return entry.first == name; });
    if (found == made_.members.end()) {
      made_.members.emplace_back(name, value);
    } else {
      found->second = value;
    }
  }
  void require(const Member& member) {
    const auto is_it = [&](const auto& entry) { return entry.first == member.name; };
    const auto names_it = [&](const auto& entry) { return entry.field == member.option; };
    const auto& made = made_.members;
    const auto& problems = made_.problems;
    if (std::any_of(made.begin(), made.end(), is_it)) return;
    if (std::any_of(problems.begin(), problems.end(), names_it)) return;
    const auto list = rules_.lists.find(member.list);
    problem(member.option, list == rules_.lists.end() ? std::string("is required")
                                                      : "is required; " + words_of(list->second));
  }
  void problem(std::string_view field, std::string reason) {
    made_.problems.push_back({std::string(field), std::move(reason)});
  }
  IncidentDraft take() { return std::move(made_); }

 private:
  const IncidentRules& rules_;
  IncidentDraft made_;
};

void put_template(const std::string& wanted, const IncidentRules& rules, Maker& maker) {
  if (wanted.empty()) return;
  std::vector<std::string> names;
  for (const ItemTemplate& one : rules.templates) {
    names.push_back(one.name);
    if (!iequals(one.name, wanted) && !iequals(one.id, wanted)) continue;
    if (!one.unusable.empty()) return maker.problem("template", one.name + ": " + one.unusable);
    return maker.set("templateId", one.id);
  }
  maker.problem("template", fmt::format("there is no \"{}\"; there are: {}", excerpt(wanted, 80),
                                        names.empty() ? "none" : join(names, ", ")));
}

/// What the answer shows of a member: texts for comparing, the first is for people.
std::vector<std::string> shown_values(const json& part) {
  if (part.is_string()) return {part.get<std::string>()};
  std::vector<std::string> values;
  for (const char* key : {"displayName", "id", "name", "userName"}) {
    std::string text = text_part(part, key);
    if (!text.empty()) values.push_back(std::move(text));
  }
  if (!values.empty()) values.emplace_back(last_part(text_part(part, "name")));
  const std::string domain = text_part(part, "domain");
  if (!domain.empty()) values.push_back(domain + '\\' + text_part(part, "userName"));
  return values;
}

std::string plain(std::string_view text) {
  std::string kept(trim(text));
  kept.erase(std::remove(kept.begin(), kept.end(), '\r'), kept.end());
  return kept;
}

bool is_linked(const json& answer, std::string_view id) {
  for (const json& item : part_of(answer, "configItems")) {
    if (iequals(text_part(item, "baseId"), id)) return true;
  }
  return false;
}

std::optional<Timestamp> time_part(const json& item, std::string_view key) {
  return parse_rfc3339(text_part(item, key));
}

bool is_resolved(std::string_view id, std::string_view name, std::string_view parent) {
  const auto named = [](std::string_view text) {
    return text.find("IncidentStatusEnum.Resolved") != std::string_view::npos;
  };
  return iequals(id, k_resolved) || iequals(parent, k_resolved) || named(name) || named(parent);
}

}  // namespace

std::string_view list_of_member(std::string_view member) noexcept {
  const Member* const found = find_member(member);
  return found == nullptr ? std::string_view() : found->list;
}

std::vector<std::string> listed_members() {
  std::vector<std::string> names;
  for (const Member& one : k_members) {
    if (!one.list.empty()) names.emplace_back(one.name);
  }
  return names;
}

// {"title":"Disk full","urgency":"2f8f0747-..","impact":"8f1a713e-..","externalId":"alert-1"}
// (scsm reference 5, POST /incidents).
std::string IncidentDraft::body() const {
  json body = json::object();
  for (const auto& [name, value] : members) body[name] = value;
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

IncidentDraft draft_incident(const ItemDraft& draft, const IncidentRules& rules) {
  Maker maker(rules);
  if (draft.type != WorkItemType::incident) {
    maker.problem("type", "Service Manager takes incidents only");
  }
  maker.put(*find_member("title"), draft.title);
  maker.put(*find_member("description"), draft.description);
  maker.put(*find_member("urgency"), draft.urgency);
  maker.put(*find_member("impact"), draft.impact);
  maker.put(*find_member("classification"), draft.category);
  for (const auto& [name, value] : draft.set) {
    const Member* const member = find_member(name);
    if (member == nullptr) {
      maker.problem(name, unknown_member(name));
    } else {
      maker.put(*member, value);
    }
  }
  put_template(draft.template_name, rules, maker);
  for (const char* name : {"title", "urgency", "impact"}) maker.require(*find_member(name));
  if (!draft.config_items.empty()) maker.set("affectedConfigItem", draft.config_items.front().id);
  maker.set("externalId", draft.correlation_id);
  return maker.take();
}

std::vector<std::string> compare_incident(const IncidentDraft& sent, const json& answer) {
  std::vector<std::string> warnings;
  for (const auto& [name, value] : sent.members) {
    // What an incident was made with, and what is not shown of it.
    if (name == "externalId" || name == "templateId") continue;
    if (name == "affectedConfigItem") {
      if (!is_linked(answer, value)) warnings.push_back(name + " was dropped: it is not linked");
      continue;
    }
    const auto shown = shown_values(part_of(answer, name));
    const auto is_sent = [&value = value](const std::string& one) {
      return iequals(plain(one), plain(value));
    };
    if (std::any_of(shown.begin(), shown.end(), is_sent)) continue;
    warnings.push_back(
        shown.empty()
            ? fmt::format("{} was dropped: it was sent as \"{}\"", name, excerpt(value, 80))
            : fmt::format("{} was changed to \"{}\": it was sent as \"{}\"", name,
                          excerpt(shown.front(), 80), excerpt(value, 80)));
  }
  return warnings;
}

// {"baseId":"11111111-..","id":"IR1001","status":{"id":"5e2d3932-..","name":
// "IncidentStatusEnum.Active","displayName":"Active"},"createdDate":"2018-06-01T08:15:30.123Z",
// "resolvedDate":null,"closedDate":null,..} (fixture our-contract.incidents-page.response.json).
FoundItem parse_found(const json& item, const StatusRule& statuses) {
  FoundItem found;
  found.id = text_part(item, "baseId");
  found.number = text_part(item, "id");
  if (found.id.empty() || found.number.empty()) {
    throw Error(ErrorKind::protocol, "the gateway's answer has no incident: nothing was made");
  }
  const json& status = part_of(item, "status");
  const std::string id = text_part(status, "id");
  const std::string name = text_part(status, "name");
  const std::string parent = text_part(status, "parent");
  const std::string shown = text_part(status, "displayName");
  found.state = shown.empty() ? name : shown;
  found.open = !statuses.is_over(id, name, parent) && !is_resolved(id, name, parent);
  found.created_at = time_part(item, "createdDate");
  const auto resolved = time_part(item, "resolvedDate");
  const auto closed = time_part(item, "closedDate");
  if (!found.open)
    found.ended_at = resolved && closed ? std::min(resolved, closed) : resolved ? resolved : closed;
  return found;
}

ConfigItem parse_config_item(const json& item) {
  ConfigItem made{text_part(item, "baseId"), text_part(item, "displayName"),
                  text_part(item, "principalName"), text_part(item, "class")};
  if (!made.id.empty()) return made;
  throw Error(ErrorKind::protocol,
              "the gateway's answer has no configuration item: nothing was made");
}

std::vector<ConfigItem> parse_config_items(const json& answer) {
  std::vector<ConfigItem> items;
  for (const json& item : part_of(answer, "value")) {
    // Deleted ones stay in the database; a gateway may forget to leave them out (trap 13).
    const std::string status = text_part(part_of(item, "objectStatus"), "name");
    const bool deleted = status.ends_with("Delete") || status.ends_with("Deleted");
    if (!deleted) items.push_back(parse_config_item(item));
  }
  return items;
}

// {"value":[{"id":"a77bb0c9-..","name":"Default Incident Template","class":
// "System.WorkItem.Incident","projection":"System.WorkItem.Incident.ProjectionType",
// "values":{"urgency":"Medium"}}]} (contract, GET /templates).
std::vector<ItemTemplate> parse_templates(const json& answer) {
  std::vector<ItemTemplate> templates;
  for (const json& one : part_of(answer, "value")) {
    ItemTemplate made;
    made.id = text_part(one, "id");
    made.name = text_part(one, "name");
    const json& values = part_of(one, "values");
    if (values.is_object()) {
      for (const auto& [name, value] : values.items()) {
        if (value.is_string()) made.fields.emplace_back(name, value.get<std::string>());
      }
    }
    const std::string projection = text_part(one, "projection");
    if (text_part(one, "class") != "System.WorkItem.Incident") {
      made.unusable = "it is for " + text_part(one, "class") + ", not for incidents";
    } else if (projection != k_projection) {
      // scsm reference 1: other projections make a template that alerts cannot use.
      made.unusable = fmt::format("its type projection is {}, not {}",
                                  projection.empty() ? "unknown" : projection, k_projection);
    } else if (made.fields.empty()) {
      made.fields.emplace_back("templateId", made.id);
    }
    templates.push_back(std::move(made));
  }
  return templates;
}

}  // namespace itsmc::partners::scsm
