#include <algorithm>
#include <cstdlib>

#include "cherwell/body.hpp"
#include "cherwell/search.hpp"

namespace itsmc::sim::cherwell {
namespace {

using nlohmann::json;

// Neither default nor maximum of pageSize is public.
constexpr std::int64_t k_default_page = 50;

// eq gt lt contains startswith: there is no ge, le, ne, not, in.
Operator operator_of(const std::string& word) {
  const std::string name = lower(word);
  if (name == "eq") return Operator::eq;
  if (name == "gt") return Operator::gt;
  if (name == "lt") return Operator::lt;
  if (name == "contains") return Operator::contains;
  if (name == "startswith") return Operator::starts_with;
  throw Refusal(400, "BADREQUEST", "The operator '" + word + "' is not valid");
}

std::optional<Filter> filter_of(const Call& call, TypeNumber type, const json& item) {
  const std::string spelling = text_member(item, "fieldId");
  const auto field = call.view.field_by_id(type, spelling);
  if (!field) {
    if (call.firing.has("unknown-filter-dropped")) return std::nullopt;
    throw Refusal(400, "BADREQUEST", "The field '" + spelling + "' was not found");
  }
  Filter filter;
  filter.field = *field;
  filter.op = operator_of(text_member(item, "operator"));
  filter.text = text_member(item, "value");
  const FieldType kind = call.view.type(type).fields[*field].type;
  if (kind == FieldType::date_time) {
    const auto local = parse_date(filter.text, call.dialect.culture);
    if (!local) throw Refusal(400, "BADREQUEST", "'" + filter.text + "' is not a date");
    filter.moment = call.dialect.zone.to_utc(*local);
  }
  if (kind == FieldType::number) filter.number = std::strtod(filter.text.c_str(), nullptr);
  return filter;
}

// The trap: filters on one field widen, they do not narrow (cherwell reference 6).
void add_filter(const Call& call, Filter filter, std::vector<FilterGroup>& groups) {
  if (!call.firing.has("same-field-and")) {
    for (auto& group : groups) {
      if (group.front().field != filter.field) continue;
      group.push_back(std::move(filter));
      return;
    }
  }
  groups.push_back({std::move(filter)});
}

void read_filters(const Call& call, const json& body, SearchPlan& plan) {
  const auto filters = body.find("filters");
  if (filters == body.end() || !filters->is_array()) return;
  for (const auto& item : *filters) {
    if (auto filter = filter_of(call, plan.type, item)) {
      add_filter(call, *std::move(filter), plan.groups);
    }
  }
}

void read_sorting(const Call& call, const json& body, SearchPlan& plan) {
  const auto sorting = body.find("sorting");
  if (sorting == body.end() || !sorting->is_array() || call.firing.has("sort-ignored")) return;
  const std::int64_t up = call.dialect.ascending == Ascending::one ? 1 : 0;
  for (const auto& item : *sorting) {
    const auto field = call.view.field_by_id(plan.type, text_member(item, "fieldId"));
    if (!field) continue;
    const bool ascends = number_member(item, "sortDirection") == up;
    plan.sorting.push_back({*field, ascends ? Direction::ascending : Direction::descending});
  }
}

// Unknown fields are dropped without a word. RecID alone comes when neither is asked for.
std::vector<FieldNumber> fields_of(const Call& call, const json& body, TypeNumber type) {
  if (flag_member(body, "includeAllFields")) return call.view.fields(type);
  std::vector<FieldNumber> fields;
  const auto asked = body.find("fields");
  if (asked == body.end() || !asked->is_array()) return fields;
  for (const auto& item : *asked) {
    if (!item.is_string()) continue;
    const auto field = call.view.field_by_id(type, item.get<std::string>());
    if (field && std::find(fields.begin(), fields.end(), *field) == fields.end()) {
      fields.push_back(*field);
    }
  }
  return fields;
}

// Without a list or includeAllFields the object's default grid comes.
std::vector<FieldNumber> default_grid(const Call& call, TypeNumber type) {
  std::vector<FieldNumber> fields;
  for (const Role role : {Role::public_id, Role::status, Role::title, Role::modified}) {
    if (const auto field = call.view.field_by_role(type, role)) fields.push_back(*field);
  }
  return fields;
}

}  // namespace

SearchPlan read_search(const Call& call) {
  const json body = body_of(call);
  const std::string bus_ob_id = text_member(body, "busObId");
  const std::string saved = text_member(body, "searchId") + text_member(body, "searchName");
  const auto type = call.view.type_by_id(bus_ob_id);
  if (!saved.empty() || !type) {
    throw Refusal(500, "SEARCHNOTFOUND", "The requested search was not found : " + saved);
  }
  if (call.bars("no-view", *type)) {
    throw Refusal(403, "INSUFFICIENTRIGHTS", "You are not authorized to view this object");
  }
  SearchPlan plan;
  plan.type = *type;
  plan.search_text = text_member(body, "searchText");
  plan.page_number = number_member(body, "pageNumber");
  plan.page_size = number_member(body, "pageSize");
  if (plan.page_size <= 0) plan.page_size = k_default_page;
  plan.schema = flag_member(body, "includeSchema");
  plan.fields = fields_of(call, body, *type);
  const bool named =
      body.contains("fields") && body["fields"].is_array() && !body["fields"].empty();
  if (plan.fields.empty() && !named) plan.fields = default_grid(call, *type);
  read_filters(call, body, plan);
  read_sorting(call, body, plan);
  return plan;
}

}  // namespace itsmc::sim::cherwell
