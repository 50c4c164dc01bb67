#include "partners/servicenow_template.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_query.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr int k_most_templates = 2000;

std::optional<WorkItemType> type_of(std::string_view table) {
  if (table == "incident") return WorkItemType::incident;
  if (table == "change_request") return WorkItemType::change_request;
  return std::nullopt;
}

std::string why_unusable(const Record& row, const ItemTemplate& told) {
  const std::string table = row.value("table");
  if (!row.has("table") || !row.has("template")) return "its table or fields may not be read";
  if (!type_of(table)) return fmt::format("it is for the table {}", table);
  if (row.value("active") == "false") return "it is inactive";
  for (const auto& [field, value] : told.fields) {
    if (to_lower(value).starts_with("javascript:")) {
      return fmt::format("{} is a script, which only a form runs", field);
    }
  }
  return told.fields.empty() ? "it sets no field" : "";
}

/// Its terms: cut at ^, where ^^ is a ^ of a value.
std::vector<std::string> terms_of(std::string_view text) {
  std::vector<std::string> terms(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '^') {
      terms.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '^') {
      terms.back() += '^';
      ++i;
    } else {
      terms.emplace_back();
    }
  }
  return terms;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_template_fields(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const std::string& term : terms_of(text)) {
    const std::size_t equals = term.find('=');
    if (equals == std::string::npos || equals == 0) continue;  // the "EQ" at the end
    fields.emplace_back(term.substr(0, equals), term.substr(equals + 1));
  }
  return fields;
}

// {"sys_id":"..","name":"Azure alert","table":"incident","active":"true",
// "template":"category=software^urgency=2^EQ"} of sys_template.
Template parse_template(const Record& row) {
  Template parsed;
  parsed.told.id = row.value("sys_id");
  parsed.told.name = row.value("name").empty() ? parsed.told.id : row.value("name");
  parsed.told.type = type_of(row.value("table")).value_or(WorkItemType::incident);
  parsed.told.fields = parse_template_fields(row.value("template"));
  parsed.told.unusable = why_unusable(row, parsed.told);
  return parsed;
}

// {"result":[{"sys_id":{"value":"..","display_value":".."},"name":{..},"active":{"value":true}}]}
std::vector<Template> parse_standard_templates(const nlohmann::json& answer) {
  std::vector<Template> parsed;
  const auto result = answer.find("result");
  if (result == answer.end() || !result->is_array()) return parsed;
  for (const nlohmann::json& object : *result) {
    const Record row = parse_record(object);
    Template one;
    one.kind = Template::Kind::standard_change;
    one.told.id = row.value("sys_id");
    for (const char* name : {"name", "sys_name", "short_description"}) {
      if (one.told.name.empty()) one.told.name = row.label(name);
    }
    if (one.told.id.empty()) continue;
    if (one.told.name.empty()) one.told.name = one.told.id;
    one.told.type = WorkItemType::change_request;
    one.told.fields = {{"type", "standard"}};
    if (row.value("active") == "false") one.told.unusable = "it is inactive or retired";
    parsed.push_back(std::move(one));
  }
  return parsed;
}

ChosenTemplate choose_template(const std::vector<Template>& templates, WorkItemType type,
                               std::string_view word) {
  std::vector<const Template*> usable, named;
  std::vector<std::string> names;
  for (const Template& one : templates) {
    const bool fits = one.told.unusable.empty() && one.told.type == type;
    if (fits) names.push_back(one.told.name);
    if (one.told.id != word && !iequals(one.told.name, word)) continue;
    (fits ? usable : named).push_back(&one);
  }
  if (usable.size() == 1) return {usable.front(), {}};
  if (usable.size() > 1) {
    return {nullptr,
            fmt::format("several templates are called \"{}\": give the id of one, {} or {}",
                        excerpt(word, 80), usable[0]->told.id, usable[1]->told.id)};
  }
  if (named.empty()) {
    const std::string near = nearest(word, names);
    return {nullptr, fmt::format("there is no template \"{}\"{}; itsmc template list shows them",
                                 excerpt(word, 80),
                                 near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near))};
  }
  const ItemTemplate& told = named.front()->told;
  const std::string reason =
      told.unusable.empty() ? fmt::format("it is for {}", to_string(told.type)) : told.unusable;
  return {nullptr, "this template cannot be used: " + reason};
}

TableQuery template_query() {
  EncodedQuery query;
  query.order_by("name").order_by("sys_id");
  return {"sys_template", query.text(), "sys_id,name,table,template,active", k_most_templates};
}

}  // namespace itsmc::partners::servicenow
