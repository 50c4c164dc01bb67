#include "partners/cherwell_blueprint.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/cherwell_words.hpp"
#include "partners/json_part.hpp"

// Local times become UTC by the offset that the instance's clock has now: Cherwell says no more of
// its zone that can be relied on (cherwell reference 3). What daylight saving makes of it:
//
//  - The offset maps local texts to UTC and back one to one, so filters, windows and the order of
//    rows agree as long as it stays the same: within a run, and from run to run between two
//    switches. No row can be lost to it.
//  - At a switch it changes by an hour. Going on from the old position would begin an hour too late
//    (spring) or too early (autumn): rows changed just before the switch would be missed. The
//    offset is therefore part of the fingerprint: the window is read again, twice a year, and says
//    so. Rows that are read again get their times by the new offset, all alike.
//  - A date from the other side of a switch is off by that hour. That is told by `connection test`.

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr std::string_view k_record_id = "RecID";
constexpr std::string_view k_last_modified = "LastModifiedDateTime";

/// The instance's definition of the first of these names that it has.
const json* find_definition(const json& definitions, const SourceField& source) {
  for (const std::string_view name : source.names) {
    if (name.empty()) break;
    for (const json& definition : definitions) {
      const bool has_id = !text_part(definition, "fieldId").empty();
      if (has_id && iequals(text_part(definition, "name"), name)) return &definition;
    }
  }
  return nullptr;
}

std::string names_of(const SourceField& source) {
  std::vector<std::string> names;
  for (const std::string_view name : source.names) {
    if (!name.empty()) names.emplace_back(name);
  }
  return fmt::format("{} ({})", source.fills, join(names, ", "));
}

json members_of(const json& answer, const char* key) {
  const auto found = answer.is_object() ? answer.find(key) : answer.end();
  return found != answer.end() && found->is_array() ? *found : json::array();
}

std::string field_definitions_path(const std::string& object_id) {
  return "/api/V1/getbusinessobjectschema/busobid/" + percent_encode(object_id);
}

}  // namespace

json field_definitions(const Api& api, const std::string& object_id, const std::stop_token& stop) {
  try {
    const json schema = api.get(field_definitions_path(object_id), {}, stop);
    json definitions = members_of(schema, "fieldDefinitions");
    if (!definitions.empty()) return definitions;
  } catch (const Error& error) {
    const bool refused = error.kind() == ErrorKind::denied ||
                         error.kind() == ErrorKind::not_found ||
                         error.kind() == ErrorKind::protocol;
    if (!refused) throw;
  }
  return members_of(
      api.post("/api/V1/getbusinessobjecttemplate",
               {{"busObId", object_id}, {"includeAll", true}, {"includeRequired", false}}, stop),
      "fields");
}

// Schemas give bare ids, single reads whole ones (cherwell reference 5): sent whole.
std::string whole_field_id(const std::string& object_id, std::string_view field_id) {
  return fmt::format("BO:{},FI:{}", object_id, bare_field_id(field_id));
}

json find_summary(const json& summaries, std::string_view name) {
  if (!summaries.is_array()) return nullptr;
  for (const json& summary : summaries) {
    const bool usable = !text_part(summary, "busObId").empty();
    if (usable && iequals(text_part(summary, "name"), name)) return summary;
  }
  return nullptr;
}

// [{"busObId":"6dd5..","name":"Incident","states":"Pending,Closed,..",..}], [] when it is unknown
// (fixture getbusinessobjectsummary.incident.response.json).
std::string find_object_id(const json& summaries, WorkItemType type) {
  const std::string_view name = business_object(type);
  const json summary = find_summary(summaries, name);
  if (!summary.is_null()) return text_part(summary, "busObId");
  throw Error(
      ErrorKind::not_found, fmt::format("the blueprint has no business object {}", name),
      fmt::format("leave {} out: itsmc connection edit NAME --work-items ...", to_string(type)));
}

// [{"fieldId":"5eb3..","name":"Status","type":"Text",..},..] (cherwell reference 5).
Blueprint plan_fields(WorkItemType type, std::string object_id, const json& definitions) {
  Blueprint blueprint;
  blueprint.object_id = std::move(object_id);
  for (const SourceField& source : source_fields(type)) {
    const json* definition = find_definition(definitions, source);
    if (definition == nullptr) {
      blueprint.lacking.push_back(names_of(source));
      continue;
    }
    PlannedField field{whole_field_id(blueprint.object_id, text_part(*definition, "fieldId")),
                       text_part(*definition, "name"), &source};
    if (iequals(field.name, k_record_id)) blueprint.record_id_field = field.id;
    if (iequals(field.name, k_last_modified)) blueprint.last_modified_field = field.id;
    blueprint.fields.push_back(std::move(field));
  }
  const bool can_sync =
      !blueprint.record_id_field.empty() && !blueprint.last_modified_field.empty();
  if (can_sync) return blueprint;
  throw Error(
      ErrorKind::not_found,
      fmt::format("{} has no field {}: without it nothing can be synced", business_object(type),
                  blueprint.record_id_field.empty() ? k_record_id : k_last_modified),
      "let the user's security group view all fields of the object: CSM Administrator > "
      "Security > Edit security groups > Business Objects");
}

Blueprint resolve_blueprint(const Api& api, WorkItemType type, const std::stop_token& stop) {
  const std::string name(business_object(type));
  try {
    const json summaries = api.get("/api/V1/getbusinessobjectsummary/busobname/" + name, {}, stop);
    std::string id = find_object_id(summaries, type);
    const json definitions = field_definitions(api, id, stop);
    return plan_fields(type, std::move(id), definitions);
  } catch (Error& error) {
    error.while_doing("reading the blueprint of " + name);
    throw;
  }
}

std::shared_ptr<const View> Views::known(WorkItemType type) const {
  const std::scoped_lock hold(mutex_);
  return views_[static_cast<std::size_t>(type)];
}

std::shared_ptr<const View> Views::of(WorkItemType type, const std::stop_token& stop) {
  if (auto view = known(type)) return view;
  const std::scoped_lock one_at_a_time(asking_);
  if (auto view = known(type)) return view;
  auto view = std::make_shared<View>();
  view->utc_offset = utc_offset(stop);
  view->blueprint = resolve_blueprint(api_, type, stop);
  const std::scoped_lock hold(mutex_);
  return views_[static_cast<std::size_t>(type)] = std::move(view);
}

std::chrono::minutes Views::utc_offset(const std::stop_token& stop) {
  if (!offset_) offset_ = read_utc_offset(api_, stop);
  return *offset_;
}

std::chrono::minutes read_utc_offset(const Api& api, const std::stop_token& stop) {
  const json answer = api.get("/api/V1/serviceinfo", {}, stop);
  const auto offset = parse_service_info(answer, api.served_at()).utc_offset;
  if (offset) return *offset;
  throw Error(ErrorKind::protocol,
              "serviceinfo tells neither systemUtcOffset nor systemDateTime: the instance's dates "
              "cannot be read without its zone",
              "update the Cherwell Web API of the server");
}

}  // namespace itsmc::partners::cherwell
