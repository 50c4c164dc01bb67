#include <array>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scsm/answers.hpp"
#include "scsm/query.hpp"
#include "scsm/site.hpp"

namespace itsmc::sim::scsm {
namespace {

using nlohmann::json;

constexpr std::size_t k_most_bytes = 1 << 20;
constexpr std::size_t k_most_external = 128;  // specs: NewIncident.externalId

// A write's body, or the answer to one that cannot be read.
struct Asked {
  json body;
  std::optional<Reply> problem;
};

Reply bad_member(std::string_view name, std::string_view message) {
  return error_reply(400, "badRequest", message, name);
}

template <std::size_t N>
Asked read_body(const Request& request, const std::array<const char*, N>& required) {
  if (request.body.size() > k_most_bytes) {
    return {{}, error_reply(413, "requestTooLarge", "The request is larger than 1 MB.")};
  }
  Asked asked{json::parse(request.body, nullptr, false), std::nullopt};
  if (!asked.body.is_object()) {
    asked.problem = error_reply(400, "badRequest", "The body is not a JSON object.");
    return asked;
  }
  for (const auto& [name, value] : asked.body.items()) {
    if (!value.is_string()) asked.problem = bad_member(name, name + " must be a string.");
  }
  for (const char* name : required) {
    if (asked.problem) break;
    if (asked.body.value(name, "").empty()) {
      asked.problem = bad_member(name, fmt::format("The {} field is required.", name));
    }
  }
  return asked;
}

// The value that a member names by id or name; nothing said is nullptr; a word that names nothing
// is a problem.
const EnumValue* chosen(const EnumList& list, const char* member, Asked& asked) {
  const std::string word = asked.body.value(member, "");
  if (word.empty()) return nullptr;
  const auto* value = list.find(word);
  if (!value && !asked.problem) {
    asked.problem =
        bad_member(member, fmt::format("'{}' is not a value of {}.", word, list.name()));
  }
  return value;
}

// 1 (High) to 3 (Low); 2 for what an administrator added.
std::int64_t weight(const EnumValue* value) {
  if (!value) return 2;
  if (value->name.ends_with(".High")) return 1;
  return value->name.ends_with(".Low") ? 3 : 2;
}

WorkItem read_incident(const Group& group, Asked& asked) {
  const EnumLists& enums = group.enums;
  WorkItem row;
  row.title = asked.body.value("title", "");
  row.description = asked.body.value("description", "");
  row.status = enums.status.find("Active");
  row.urgency = chosen(enums.urgency, "urgency", asked);
  row.impact = chosen(enums.impact, "impact", asked);
  // The administrator's table here: the product of both, 1 to 9 (scsm reference 4).
  row.priority = weight(row.urgency) * weight(row.impact);
  row.source = chosen(enums.source, "source", asked);
  row.category = chosen(enums.classification, "classification", asked);
  row.queue = chosen(enums.queue, "supportGroup", asked);
  row.affected_user = asked.body.value("affectedUser", "");
  row.created_by = "ITSMC service";
  const std::string item = asked.body.value("affectedConfigItem", "");
  row.config_item = item.empty() ? nullptr : group.find_config_item(item);
  if (!item.empty() && !row.config_item && !asked.problem) {
    asked.problem = bad_member("affectedConfigItem", "The configuration item does not exist.");
  }
  const std::string form = asked.body.value("templateId", "");
  if (!form.empty() && !asked.problem) asked.problem = refuse_template(form);
  return row;
}

Reply item_reply(const Request& request, const WorkItem& row, int status) {
  std::string out;
  write_work_item(row, {}, out);
  Reply reply = json_reply(status, std::move(out));
  if (status == 201) {
    reply.set_header("Location",
                     fmt::format("{}{}/workitems/{}", request.origin(), k_base, row.number));
  }
  return reply;
}

// What the faults drop-field and change-field make of the members before they are saved.
void apply_rules(const Firing& firing, Asked& asked) {
  if (const auto* member = firing.argument("drop-field")) asked.body.erase(*member);
  const auto* rule = firing.argument("change-field");
  const auto colon = rule ? rule->find(':') : std::string::npos;
  if (colon != std::string::npos) {
    asked.body[rule->substr(0, colon)] = rule->substr(colon + 1);
  }
}

// A repetition gives the old item; the same key with another body is a mistake.
std::optional<Reply> repeated(const Site& site, const Request& request, const Asked& asked) {
  const auto known = site.externals.find(asked.body.value("externalId", ""));
  if (known == site.externals.end()) return std::nullopt;
  const WorkItem* old = site.group.find(known->second.base_id);
  if (!old) return std::nullopt;  // deleted since
  if (known->second.body != asked.body.dump()) {
    return error_reply(409, "conflict", "externalId is in use with another body.", "externalId");
  }
  return item_reply(request, *old, 200);
}

}  // namespace

Reply create_incident(Site& site, const Call& call) {
  if (call.firing.has("no-write")) {
    return error_reply(403, "forbidden", "The account's user role may not create incidents.");
  }
  Asked asked = read_body(call.request, std::array{"title", "urgency", "impact", "externalId"});
  if (asked.problem) return *std::move(asked.problem);
  const std::string external = asked.body.value("externalId", "");
  if (external.size() > k_most_external) {
    return bad_member("externalId", "externalId is longer than 128 characters.");
  }
  const std::unique_lock lock(site.group.lock);
  if (auto reply = repeated(site, call.request, asked)) return *std::move(reply);
  const std::string body = asked.body.dump();
  apply_rules(call.firing, asked);
  WorkItem row = read_incident(site.group, asked);
  if (asked.problem) return *std::move(asked.problem);
  if (call.firing.has("nothing-made")) return json_reply(201, "{}");
  row.external_id = external;
  row.number = site.group.next_number(ItemType::incident);
  row.base_id = guid_of("created/" + row.number);
  row.modified_ms = site.bench.clock.now_ms();
  row.created_ms = row.modified_ms;
  Reply reply = item_reply(call.request, row, 201);
  site.externals[external] = {body, row.base_id};
  site.group.shelf(ItemType::incident).put(std::move(row));
  site.group.touched();
  return reply;
}

Reply create_config_item(Site& site, const Call& call) {
  if (call.firing.has("no-ci-write")) {
    return error_reply(403, "forbidden",
                       "The account's user role may not create configuration items.");
  }
  Asked asked = read_body(call.request, std::array{"class", "displayName"});
  if (asked.problem) return *std::move(asked.problem);
  const std::string name = asked.body.value("class", "");
  if (name != "Microsoft.Windows.Computer") {
    return bad_member("class", "The class " + name + " cannot be created.");
  }
  const std::string principal = asked.body.value("principalName", "");
  if (principal.empty()) {
    return bad_member("principalName", "principalName is the key of Microsoft.Windows.Computer.");
  }
  const std::unique_lock lock(site.group.lock);
  const EnumValue* active = site.group.enums.object_status.find("Active");
  std::string out;
  for (const auto& [id, item] : site.group.config_items()) {
    if (!same_name(item.principal, principal) || item.status != active) continue;
    write_config_item(item, {}, out);
    return json_reply(200, std::move(out));
  }
  const auto& made = site.group.add_config_item(
      {guid_of("ci/" + principal + std::to_string(site.group.config_items().size())), name,
       asked.body.value("displayName", ""), principal, active});
  site.group.touched();
  write_config_item(made, {}, out);
  Reply reply = json_reply(201, std::move(out));
  reply.set_header("Location",
                   fmt::format("{}{}/configitems/{}", call.request.origin(), k_base, made.base_id));
  return reply;
}

}  // namespace itsmc::sim::scsm
