#include "partners/cherwell_object.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_blueprint.hpp"
#include "partners/cherwell_words.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr std::string_view k_summary_path = "/api/V1/getbusinessobjectsummary/busobname/";
// Far more than carry one correlation id, or one name.
constexpr int k_most_rows = 200;

bool is_set(const json& object, std::string_view key) {
  const json& part = part_of(object, key);
  return part.is_boolean() && part.get<bool>();
}

/// "255": a size is a text (cherwell reference 5).
std::size_t size_of(const json& definition) {
  const std::string text = text_part(definition, "maximumSize");
  std::size_t size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

std::string key_of(std::string_view field_id) {
  return to_lower(bare_field_id(field_id));
}

std::vector<Row> parse_rows(const json& answer) {
  std::vector<Row> rows;
  for (const json& object : part_of(answer, "businessObjects")) rows.push_back(parse_row(object));
  return rows;
}

}  // namespace

const FieldRule* ObjectRules::field(std::string_view wanted) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [wanted](const FieldRule& field) {
    return iequals(field.name, wanted);
  });
  return found == fields.end() ? nullptr : &*found;
}

const FieldRule* ObjectRules::first_of(std::initializer_list<std::string_view> names) const {
  for (const std::string_view wanted : names) {
    if (const FieldRule* found = field(wanted)) return found;
  }
  return nullptr;
}

const std::vector<std::string>& ObjectRules::options(const FieldRule& field) const {
  static const std::vector<std::string> k_none;
  const auto found = choices.find(field.id);
  return found == choices.end() ? k_none : found->second;
}

// [{"fieldId":"5eb3..","name":"Status","type":"Text","required":false,"readOnly":false,
//   "validated":true,"maximumSize":"255",..},..] (cherwell reference 5).
void add_fields(ObjectRules& rules, const json& definitions) {
  for (const json& definition : definitions) {
    FieldRule field;
    field.name = text_part(definition, "name");
    const std::string id = text_part(definition, "fieldId");
    if (field.name.empty() || id.empty()) continue;
    field.id = whole_field_id(rules.id, id);
    field.type = text_part(definition, "type");
    field.max_length = size_of(definition);
    field.required = is_set(definition, "required");
    field.read_only = is_set(definition, "readOnly") || is_set(definition, "calculated");
    field.validated = is_set(definition, "validated");
    rules.fields.push_back(std::move(field));
  }
}

// {"fields":[{"dirty":false,"displayName":"Priority","fieldId":"83c3..","value":""},..]}
// (fixture getbusinessobjecttemplate.swagger-sample.response.json).
void add_required(ObjectRules& rules, const json& template_fields) {
  for (const json& wanted : template_fields) {
    const std::string key = key_of(text_part(wanted, "fieldId"));
    const bool filled = !text_part(wanted, "value").empty();
    for (FieldRule& field : rules.fields) {
      if (key_of(field.id) == key) field.required = !filled;
    }
  }
}

const std::string* Row::find(const FieldRule& field) const {
  const auto found = values.find(key_of(field.id));
  return found == values.end() ? nullptr : &found->second;
}

std::string Row::value(const FieldRule* field) const {
  const std::string* found = field == nullptr ? nullptr : find(*field);
  return found == nullptr ? std::string() : *found;
}

// {"busObId":"6dd5..","busObPublicId":"102328","busObRecId":"94..","fields":[{"dirty":false,
//   "fieldId":"BO:6dd5..,FI:5eb3..","name":"Status","value":"New"},..],"hasError":false}
// (fixture getbusinessobject.incident-102328.response.json).
Row parse_row(const json& object) {
  Row row{text_part(object, "busObRecId"), text_part(object, "busObPublicId"), {}};
  for (const json& field : part_of(object, "fields")) {
    row.values[key_of(text_part(field, "fieldId"))] = text_part(field, "value");
  }
  return row;
}

json ObjectBook::summary(std::string_view name, const std::stop_token& stop) {
  return find_summary(api_.get(std::string(k_summary_path) + percent_encode(name), {}, stop), name);
}

ObjectRules& ObjectBook::of(std::string_view name, const std::stop_token& stop) {
  const std::string key = to_lower(name);
  if (const auto known = objects_.find(key); known != objects_.end()) return known->second;
  const json found = summary(name, stop);
  if (found.is_null()) {
    throw Error(ErrorKind::not_found, fmt::format("the blueprint has no business object {}", name),
                "let the user's security group view it: CSM Administrator > Security > Edit "
                "security groups > Business Objects");
  }
  ObjectRules rules;
  rules.id = text_part(found, "busObId");
  rules.name = text_part(found, "name");
  for (const std::string& state : split(text_part(found, "states"), ',')) {
    if (!trim(state).empty()) rules.states.emplace_back(trim(state));
  }
  add_fields(rules, field_definitions(api_, rules.id, stop));
  const json asked = {{"busObId", rules.id}, {"includeAll", false}, {"includeRequired", true}};
  const json required = api_.post("/api/V1/getbusinessobjecttemplate", asked, stop);
  add_required(rules, part_of(required, "fields"));
  rules.utc_offset =
      objects_.empty() ? read_utc_offset(api_, stop) : objects_.begin()->second.utc_offset;
  return objects_[key] = std::move(rules);
}

// {"values":["High","Low","Medium"],"hasError":false} (cherwell reference 5).
void ObjectBook::read_choices(ObjectRules& rules, const std::vector<std::string>& names,
                              const std::stop_token& stop) {
  for (const std::string& name : names) {
    const FieldRule* field = rules.field(name);
    if (field == nullptr || !field->validated || rules.choices.contains(field->id)) continue;
    const json answer = api_.post("/api/V1/fieldvalueslookup",
                                  {{"busObId", rules.id}, {"fieldId", field->id}}, stop);
    std::vector<std::string>& list = rules.choices[field->id];
    for (const json& value : part_of(answer, "values")) {
      if (value.is_string()) list.push_back(value.get<std::string>());
    }
  }
}

std::vector<std::string> ObjectBook::members_of(std::string_view group,
                                                const std::stop_token& stop) {
  const json found = summary(group, stop);
  std::vector<std::string> names;
  for (const json& member : part_of(found, "groupSummaries")) {
    names.push_back(text_part(member, "name"));
  }
  return names;
}

std::vector<Row> ObjectBook::search(const ObjectRules& rules, const RowSearch& asked,
                                    const std::stop_token& stop) {
  json fields = json::array();
  for (const FieldRule* field : asked.wanted) {
    if (field != nullptr) fields.push_back(field->id);
  }
  // One filter only: filters on one field widen the search (cherwell reference 6).
  const json body = {
      {"busObId", rules.id},
      {"filters",
       json::array(
           {{{"fieldId", asked.field.id}, {"operator", asked.operation}, {"value", asked.value}}})},
      {"fields", std::move(fields)},
      {"includeAllFields", false},
      {"includeSchema", false},
      {"pageNumber", 1},
      {"pageSize", k_most_rows}};
  const json answer = api_.post(k_search_path, body, stop);
  if (!part_of(answer, "businessObjects").is_array()) {
    throw Error(ErrorKind::protocol, "the answer to a search has no rows (businessObjects)");
  }
  std::vector<Row> rows = parse_rows(answer);
  const json& total = part_of(answer, "totalRows");
  const auto counted = total.is_number_integer() ? total.get<std::int64_t>() : 0;
  const auto shown = static_cast<std::int64_t>(rows.size());
  if (counted <= shown) return rows;
  throw Error(ErrorKind::denied,
              fmt::format("Cherwell counts {} rows of {} (totalRows) and shows {} of them",
                          with_separators(counted), rules.name, with_separators(shown)),
              "let the user's security group view all rows of the object");
}

Row ObjectBook::read(const ObjectRules& rules, const std::string& id, const std::stop_token& stop) {
  return parse_row(api_.get(fmt::format("/api/V1/getbusinessobject/busobid/{}/busobrecid/{}",
                                        percent_encode(rules.id), percent_encode(id)),
                            {}, stop));
}

}  // namespace itsmc::partners::cherwell
