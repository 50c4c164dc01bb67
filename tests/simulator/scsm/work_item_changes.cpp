// What happens to an incident after it was made: looked up by its externalId, changed, commented;
// and templates. The contract's features "externalId", "changes" and "templates".
#include <algorithm>
#include <array>
#include <mutex>
#include <shared_mutex>

#include <nlohmann/json.hpp>

#include "scsm/answers.hpp"
#include "scsm/query.hpp"
#include "scsm/site.hpp"

namespace itsmc::sim::scsm {
namespace {

using nlohmann::json;

struct Template {
  const char* id;
  const char* name;
  const char* type;
  const char* projection;
  const char* values;
};

// The second was made on the advanced type projection: alerts cannot use it (scsm reference 1).
constexpr std::array k_templates{
    Template{"a77bb0c9-e201-dd93-230c-799a66d9e8fa", "Default Incident Template",
             "System.WorkItem.Incident", "System.WorkItem.Incident.ProjectionType",
             R"({"urgency":"Medium","impact":"Medium","source":"Console"})"},
    Template{"3b1c6f0a-6d5e-4b0c-9a1f-0c8e2d7f4a11", "Network issue (advanced)",
             "System.WorkItem.Incident", "System.WorkItem.Incident.View.ProjectionType",
             R"({"urgency":"High"})"},
};

Reply missing(const std::string& what) {
  return error_reply(404, "notFound", what + " does not exist.");
}

std::string shown(const Site& site, const Firing& firing, const WorkItem& row) {
  std::string out;
  write_work_item(row, view_of(site, firing), out);
  return out;
}

// The problem with a member; nothing when all went well.
using Refusal = std::optional<Reply>;

Refusal set_status(Site& site, const Call& call, const std::string& word, WorkItem& row) {
  if (call.firing.has("resolve-refused")) {
    return error_reply(409, "conflict", "The status of this incident may not be set.", "status");
  }
  const EnumLists& enums = site.group.enums;
  const EnumList& list = row.type == ItemType::incident ? enums.status : enums.change_status;
  const EnumValue* value = list.find(word);
  if (!value) return error_reply(400, "badRequest", "'" + word + "' is no status.", "status");
  row.status = value;
  if (value->name.ends_with(".Resolved") && !row.resolved_ms) {
    row.resolved_ms = site.bench.clock.now_ms();
    row.resolved_by = "ITSMC service";
  }
  if (value->name.ends_with(".Closed") && !row.closed_ms) {
    row.closed_ms = site.bench.clock.now_ms();
    row.closed_by = "ITSMC service";
  }
  return std::nullopt;
}

Refusal add_item(const Group& group, const std::string& id, WorkItem& row) {
  const ConfigItem* item = group.find_config_item(id);
  if (!item) {
    return error_reply(400, "badRequest", "The configuration item does not exist.",
                       "affectedConfigItem");
  }
  const auto& more = row.more_items;
  if (row.config_item == item || std::find(more.begin(), more.end(), item) != more.end()) {
    return std::nullopt;
  }
  if (row.config_item)
    row.more_items.push_back(item);
  else
    row.config_item = item;
  return std::nullopt;
}

Refusal set_member(Site& site, const Call& call, const std::string& name, const std::string& value,
                   WorkItem& row) {
  if (name == "status") return set_status(site, call, value, row);
  if (name == "affectedConfigItem") return add_item(site.group, value, row);
  if (name == "resolutionDescription") {
    row.resolution = value;
    return std::nullopt;
  }
  if (name == "resolutionCategory" && value == "FixedByAnalyst") return std::nullopt;
  return error_reply(400, "badRequest", name + " cannot be set so.", name);
}

}  // namespace

Reply find_by_external_id(Site& site, const Call& call) {
  if (call.firing.has("no-external-id") || !may_read(call.firing, ItemType::incident)) {
    return error_reply(403, "forbidden", "The account's user role may not read these work items.");
  }
  const auto wanted = read_external_filter(call.request.param_or("$filter", ""));
  if (!wanted || wanted->empty()) {
    return error_reply(400, "badRequest", "externalId eq 'x' is required.", "$filter");
  }
  const std::shared_lock lock(site.group.lock);
  std::string rows;
  for (const auto* row : site.group.shelf(ItemType::incident).ordered()) {
    if (row->external_id != *wanted || row->hidden) continue;
    rows += (rows.empty() ? "" : ",") + shown(site, call.firing, *row);
  }
  return json_reply(200, R"({"value":[)" + rows + "]}");
}

Reply change_work_item(Site& site, const Call& call, const std::string& id) {
  if (call.firing.has("no-write")) {
    return error_reply(403, "forbidden", "The account's user role may not change work items.");
  }
  const json body = json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || body.empty()) {
    return error_reply(400, "badRequest", "The body is not a JSON object with members.");
  }
  const std::unique_lock lock(site.group.lock);
  const WorkItem* old = site.group.find(id);
  if (!old || old->hidden) return missing("The work item " + id);
  WorkItem row = *old;
  for (const auto& [name, value] : body.items()) {
    if (!value.is_string()) return error_reply(400, "badRequest", name + " must be text.", name);
    if (auto refusal = set_member(site, call, name, value, row)) return *std::move(refusal);
  }
  row.modified_ms = site.bench.clock.now_ms();
  std::string text = shown(site, call.firing, row);
  site.group.shelf(row.type).put(std::move(row));
  site.group.touched();
  return json_reply(200, std::move(text));
}

Reply add_comment(Site& site, const Call& call, const std::string& id) {
  const json body = json::parse(call.request.body, nullptr, false);
  const std::string text = body.is_object() ? body.value("text", "") : "";
  if (text.empty()) return error_reply(400, "badRequest", "The text field is required.", "text");
  const std::unique_lock lock(site.group.lock);
  const WorkItem* old = site.group.find(id);
  if (!old || old->hidden) return missing("The work item " + id);
  WorkItem row = *old;
  row.comments.push_back(text);
  site.group.shelf(row.type).put(std::move(row));
  site.group.touched();
  const std::string seed = id + std::to_string(site.group.revision());
  return json_reply(201, json{{"id", guid_of(seed)}, {"text", text}}.dump());
}

Reply show_config_item(Site& site, const Call& call, const std::string& id) {
  const std::shared_lock lock(site.group.lock);
  const ConfigItem* item = site.group.find_config_item(id);
  const bool active = item && item->status == site.group.enums.object_status.find("Active");
  if (!active && !(item && call.firing.has("deleted-cis"))) {
    return missing("The configuration item " + id);
  }
  std::string out;
  write_config_item(*item, view_of(site, call.firing), out);
  return json_reply(200, std::move(out));
}

Reply list_templates() {
  json rows = json::array();
  for (const Template& one : k_templates) {
    rows.push_back({{"id", one.id},
                    {"name", one.name},
                    {"class", one.type},
                    {"projection", one.projection},
                    {"values", json::parse(one.values)}});
  }
  return json_reply(200, json{{"value", rows}}.dump());
}

std::optional<Reply> refuse_template(const std::string& id) {
  for (const Template& one : k_templates) {
    if (id == one.id) return std::nullopt;
  }
  return error_reply(400, "badRequest", "The template does not exist.", "templateId");
}

}  // namespace itsmc::sim::scsm
