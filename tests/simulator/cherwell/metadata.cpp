#include "cherwell/metadata.hpp"

#include <mutex>

#include <fmt/format.h>

#include "cherwell/answers.hpp"
#include "cherwell/body.hpp"
#include "cherwell/render.hpp"

namespace itsmc::sim::cherwell {
namespace {

using nlohmann::json;

TypeNumber type_named(const Call& call, const std::string& bus_ob_id) {
  const auto type = call.view.type_by_id(bus_ob_id);
  if (!type) throw Refusal(500, "GENERALFAILURE", "The business object definition was not found");
  return *type;
}

std::string id_by_role(const Call& call, TypeNumber type, Role role) {
  const auto field = call.view.field_by_role(type, role);
  return field ? call.view.type(type).fields[*field].id : "";
}

// "Pending,Closed,Reopened,New,In Progress,Resolved,Assigned": one string in no useful order.
std::string states_text(const Call& call, TypeNumber type) {
  const auto field = call.view.field_by_role(type, Role::status);
  std::string out;
  if (!field) return out;
  for (const auto& state : call.view.type(type).fields[*field].choices) {
    out += (out.empty() ? "" : ",") + state;
  }
  return out;
}

json summary_json(const Call& call, TypeNumber number) {
  const ObjectType& type = call.view.type(number);
  json members = json::array();
  if (type.kind == Kind::group) {
    for (const auto other : call.view.types())
      if (call.view.type(other).group == type.name) members.push_back(summary_json(call, other));
  }
  const std::string rec_id = id_by_role(call, number, Role::rec_id);
  return {{"firstRecIdField", rec_id},
          {"groupSummaries", members},
          {"recIdFields", rec_id},
          {"stateFieldId", id_by_role(call, number, Role::status)},
          {"states", states_text(call, number)},
          {"busObId", type.id},
          {"displayName", type.display},
          {"group", type.kind == Kind::group},
          {"lookup", type.kind == Kind::lookup},
          {"major", type.kind == Kind::major},
          {"name", call.view.type_name(number)},
          {"supporting", type.kind == Kind::supporting}};
}

std::string type_word(const FieldDef& def) {
  switch (def.type) {
    case FieldType::date_time:
      return "DateTime";
    case FieldType::number:
      return "Number";
    case FieldType::logical:
      return "Logical";
    case FieldType::binary:
      return "Binary";
    case FieldType::text:
      break;
  }
  return "Text";
}

// Long texts say no size here; no recorded schema is known.
std::string size_text(const FieldDef& def) {
  const bool is_long =
      def.role == Role::description || def.name == "CloseDescription" || def.name == "Comments";
  return def.type == FieldType::text && !is_long ? "255" : "0";
}

json definition_json(const Call& call, TypeNumber type, FieldNumber field) {
  const FieldDef& def = call.view.type(type).fields[field];
  const bool date = def.type == FieldType::date_time;
  const bool number = def.type == FieldType::number;
  return {{"autoFill", false},
          {"calculated", false},
          {"category", ""},
          {"decimalDigits", number ? 2 : 0},
          {"description", ""},
          {"details", ""},
          {"displayName", def.display},
          {"enabled", true},
          {"fieldId", field_id_text(call, type, field, Reading::single)},
          {"hasDate", date},
          {"hasTime", date},
          {"isFullTextSearchable", def.type == FieldType::text},
          {"maximumSize", size_text(def)},
          {"name", call.view.field_name(type, field)},
          {"readOnly", def.setter == Setter::product},
          {"required", call.view.required(type, field)},
          {"type", type_word(def)},
          {"typeLocalized", type_word(def)},
          {"validated", def.validated},
          {"wholeDigits", number ? 10 : 0}};
}

json relationships_json(const Call& call, const ObjectType& type) {
  json out = json::array();
  const auto group = call.view.type_by_name("ConfigurationItem");
  if (!type.field("ConfigItemRecID") || !group) return out;
  out.push_back({{"cardinality", "OneToMany"},
                 {"description", ""},
                 {"displayName", type.display + " Links Configuration Items"},
                 {"fieldDefinitions", json::array()},
                 {"relationshipId", ci_relationship_id(type.name)},
                 {"target", call.view.type(*group).id}});
  return out;
}

bool asked_by(const json& body, const char* list, const std::string& value) {
  const auto found = body.find(list);
  if (found == body.end() || !found->is_array()) return false;
  for (const auto& item : *found) {
    if (!item.is_string()) continue;
    const auto text = item.get<std::string>();
    if (same_text(bare_field_id(text), value)) return true;
  }
  return false;
}

}  // namespace

// {"apiVersion":"9.7.0","csmCulture":"en-US","csmVersion":"9.7.0.0","systemDateTime":..,
//  "timeZone":{..},"systemUtcOffset":"-05:00:00"}: without systemUtcOffset the date has no offset
// either.
Reply service_info(Site& site, const Call& call) {
  const auto now = site.bench.clock.now();
  const Zone& zone = call.dialect.zone;
  std::string local = utc_text(zone.to_local(now));
  local[10] = 'T';
  const std::string span = span_text(zone.offset_at(now));
  const std::string sign = span.starts_with('-') ? "" : "+";
  json out = {{"apiVersion", call.dialect.version},
              {"csmCulture", code_of(call.dialect.csm_culture)},
              {"csmVersion", call.dialect.version + ".0"},
              {"systemDateTime", local}};
  if (call.dialect.tells_offset) {
    out["systemUtcOffset"] = span;
    out["systemDateTime"] = local + (sign + span).substr(0, 6);
  }
  out["timeZone"] =
      call.firing.has("no-time-zone") ? json(nullptr) : json::parse(zone.json(), nullptr);
  return json_reply(200, out.dump());
}

// An array in any case: [] when the object is unknown.
Reply summary(Site& /*site*/, const Call& call) {
  const std::string name = call.argument("busobname");
  const auto type =
      name.empty() ? call.view.type_by_id(call.argument("busobid")) : call.view.type_by_name(name);
  json out = json::array();
  if (type) out.push_back(summary_json(call, *type));
  return json_reply(200, out.dump());
}

// type is All, Major, Supporting, Lookup or Groups.
Reply summaries(Site& /*site*/, const Call& call) {
  const std::string wanted = lower(call.argument("type"));
  json out = json::array();
  for (const auto number : call.view.types()) {
    const Kind kind = call.view.type(number).kind;
    const bool listed = wanted == "all" || (wanted == "major" && kind == Kind::major) ||
                        (wanted == "supporting" && kind == Kind::supporting) ||
                        (wanted == "lookup" && kind == Kind::lookup) ||
                        (wanted == "groups" && kind == Kind::group);
    if (listed) out.push_back(summary_json(call, number));
  }
  return json_reply(200, out.dump());
}

Reply schema(Site& /*site*/, const Call& call) {
  const TypeNumber number = type_named(call, call.argument("busobid"));
  const ObjectType& type = call.view.type(number);
  json fields = json::array();
  for (const auto field : call.view.fields(number)) {
    fields.push_back(definition_json(call, number, field));
  }
  const std::string rec_id = id_by_role(call, number, Role::rec_id);
  const bool related = lower(call.request.param_or("includerelationships", "")) == "true";
  json out = {{"busObId", type.id},
              {"fieldDefinitions", fields},
              {"firstRecIdField", rec_id},
              {"gridDefinitions", json::array({{{"gridId", long_id("grid." + type.name)},
                                                {"name", "Default"},
                                                {"displayName", "Default"}}})},
              {"name", call.view.type_name(number)},
              {"recIdFields", rec_id},
              {"relationships", related ? relationships_json(call, type) : json::array()},
              {"stateFieldId", id_by_role(call, number, Role::status)},
              {"states", states_text(call, number)}};
  add_no_error(call.dialect, out);
  return json_reply(200, out.dump());
}

// {"busObId":"..","includeAll":false,"includeRequired":true,"fieldNames":["Description"]}
Reply field_template(Site& /*site*/, const Call& call) {
  const json body = body_of(call);
  const TypeNumber type = type_named(call, text_member(body, "busObId"));
  std::string items;
  for (const auto field : call.view.fields(type)) {
    const bool wanted = flag_member(body, "includeAll") ||
                        (flag_member(body, "includeRequired") && call.view.required(type, field)) ||
                        asked_by(body, "fieldNames", call.view.field_name(type, field)) ||
                        asked_by(body, "fieldIds", call.view.type(type).fields[field].id);
    if (wanted) items += (items.empty() ? "" : ",") + field_item(call, type, field, "");
  }
  return json_reply(200, fmt::format(R"({{"fields":[{}],{}}})", items, no_error(call.dialect)));
}

Reply field_values(Site& site, const Call& call) {
  const json body = body_of(call);
  const TypeNumber type = type_named(call, text_member(body, "busObId"));
  const std::string id = text_member(body, "fieldId");
  const auto field = id.empty() ? call.view.field_by_name(type, text_member(body, "fieldName"))
                                : call.view.field_by_id(type, id);
  if (!field) throw Refusal(500, "GENERALFAILURE", "The field was not found");
  json out;
  {
    const std::shared_lock lock(site.lock);
    out["values"] = call.view.type(type).fields[*field].choices;
  }
  add_no_error(call.dialect, out);
  return json_reply(200, out.dump());
}

Reply read_one(Site& site, const Call& call) {
  const TypeNumber type = type_named(call, call.argument("busobid"));
  if (call.bars("no-view", type)) {
    throw Refusal(403, "INSUFFICIENTRIGHTS", "You are not authorized to view this object");
  }
  const std::shared_lock lock(site.lock);
  const Table& table = site.table(type);
  const std::string public_id = call.argument("publicid");
  const auto row = public_id.empty() ? table.by_rec_id(call.argument("busobrecid"))
                                     : table.by_public_id(public_id);
  if (!row || table.row(*row).visibility == Visibility::hidden) {
    throw Refusal(500, "RECORDNOTFOUND", "Record not found");
  }
  std::string out;
  Renderer(call, type, call.view.fields(type), Reading::single).append(table.row(*row), out);
  return json_reply(200, std::move(out));
}

}  // namespace itsmc::sim::cherwell
