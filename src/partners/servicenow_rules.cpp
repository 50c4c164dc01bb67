#include "partners/servicenow_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow_page.hpp"
#include "partners/intake_words.hpp"
#include "partners/servicenow_query.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr int k_most_fields = 2000;
constexpr int k_most_choices = 5000;

std::size_t length_of(const std::string& text) {
  std::size_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

/// "High" of "1 - High": how ServiceNow numbers labels.
std::string_view without_number(std::string_view label) {
  const std::size_t digits = label.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return label;
  return label.substr(digits).starts_with(" - ") ? label.substr(digits + 3) : label;
}

using Test = bool (*)(const ChoiceOption&, std::string_view word);

bool same_code(const ChoiceOption& option, std::string_view word) {
  return option.value == word;
}
bool like_code(const ChoiceOption& option, std::string_view word) {
  return iequals(option.value, word);
}
bool like_label(const ChoiceOption& option, std::string_view word) {
  return iequals(option.label, word);
}
bool like_short_label(const ChoiceOption& option, std::string_view word) {
  return iequals(without_number(option.label), word);
}

/// Each value once, by its English label where there is one.
std::vector<std::string> shown_options(std::span<const ChoiceOption> options) {
  std::vector<std::string> shown;
  std::set<std::string> seen;
  for (const bool english : {true, false}) {
    for (const ChoiceOption& option : options) {
      if ((option.language == "en") != english || !seen.insert(option.value).second) continue;
      const bool told = option.label.starts_with(option.value);
      shown.push_back(told ? option.label : fmt::format("{} ({})", option.label, option.value));
    }
  }
  return shown;
}

std::string valid_words(std::span<const ChoiceOption> options, std::string_view word) {
  std::vector<std::string> labels, short_labels;
  for (const ChoiceOption& option : options) {
    labels.push_back(option.label);
    short_labels.emplace_back(without_number(option.label));
  }
  const std::string near_whole = nearest(word, labels);
  const std::string near = near_whole.empty() ? nearest(word, short_labels) : near_whole;
  return offer_choices(near, shown_options(options));
}

}  // namespace

const FieldRule* TableRules::field(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? nullptr : &found->second;
}

std::span<const ChoiceOption> TableRules::options(std::string_view name) const {
  const auto found = choices.find(name);
  return found == choices.end() ? std::span<const ChoiceOption>()
                                : std::span<const ChoiceOption>(found->second);
}

// {"name":"task","element":"short_description","internal_type":"string","max_length":"160",
// "mandatory":"false","reference":"","default_value":""} of sys_dictionary.
void add_fields(TableRules& rules, std::span<const Record> rows) {
  std::set<std::string> own;
  for (const Record& row : rows) {
    const std::string element = row.value("element");
    if (element.empty() || row.value("active") == "false") continue;
    const bool of_table = row.value("name") == rules.table;
    if (!of_table && own.contains(element)) continue;
    if (of_table) own.insert(element);
    rules.fields[element] = {
        .type = row.value("internal_type"),
        .reference = row.value("reference"),
        .max_length = length_of(row.value("max_length")),
        .mandatory = row.value("mandatory") == "true" && row.value("default_value").empty()};
  }
}

// {"name":"incident","element":"state","value":"1","label":"New","language":"en",
// "inactive":"false"} of sys_choice.
void add_choices(TableRules& rules, std::span<const Record> rows) {
  std::set<std::string> own;
  for (const Record& row : rows) {
    if (row.value("name") == rules.table) own.insert(row.value("element"));
  }
  for (const Record& row : rows) {
    const std::string element = row.value("element");
    if (row.value("inactive") == "true" || row.value("value").empty()) continue;
    if (row.value("name") != rules.table && own.contains(element)) continue;
    rules.choices[element].push_back(
        {row.value("value"), row.value("label"),
         row.value("language").empty() ? "en" : row.value("language")});
  }
}

void add_built_in_choices(TableRules& rules, WorkItemType type) {
  const Choices known = built_in_choices(type);
  constexpr std::array k_fields = {std::pair("urgency", TextField::urgency_code),
                                   std::pair("impact", TextField::impact_code)};
  for (const auto& [name, field] : k_fields) {
    if (!rules.options(name).empty()) continue;
    for (const char* code : {"1", "2", "3"}) {
      const auto label = known.label(static_cast<std::uint8_t>(field), code);
      rules.choices[name].push_back({code, std::string(label), "en"});
    }
  }
}

TableQuery dictionary_query(std::string_view table, std::string_view parent) {
  EncodedQuery query;
  query.where("name", "IN", fmt::format("{},{}", table, parent)).clause("elementISNOTEMPTY");
  query.order_by("sys_id");
  return {"sys_dictionary", query.text(),
          "name,element,internal_type,reference,max_length,mandatory,default_value,active",
          k_most_fields};
}

TableQuery choices_query(std::string_view table, std::string_view parent,
                         std::span<const std::string> elements) {
  EncodedQuery query;
  query.where("name", "IN", fmt::format("{},{}", table, parent));
  query.where("element", "IN", join(elements, ","));
  query.order_by("sequence").order_by("value").order_by("sys_id");
  return {"sys_choice", query.text(), "name,element,value,label,language,inactive", k_most_choices};
}

Matched match_choice(std::span<const ChoiceOption> options, std::string_view word) {
  for (const Test test : {same_code, like_code, like_label, like_short_label}) {
    std::set<std::string> values;
    for (const ChoiceOption& option : options) {
      if (test(option, word)) values.insert(option.value);
    }
    if (values.size() == 1) return {*values.begin(), {}};
    if (values.size() > 1) {
      const std::vector<std::string> codes(values.begin(), values.end());
      return {{}, fmt::format("\"{}\" means several: say one of {}", word, join(codes, ", "))};
    }
  }
  return {{},
          fmt::format("\"{}\" is not one of the choices; {}", excerpt(word, 80),
                      valid_words(options, word))};
}

}  // namespace itsmc::partners::servicenow
