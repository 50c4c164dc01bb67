#include "partners/provance_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/hash.hpp"
#include "itsmc/core/text.hpp"
#include "partners/json_part.hpp"
#include "partners/odata_words.hpp"

namespace itsmc::partners::provance {
namespace {

using nlohmann::json;

constexpr std::size_t k_listed = 20;
constexpr std::string_view k_bind = "@odata.bind";
constexpr std::array<std::string_view, 3> k_casts = {
    "PicklistAttributeMetadata", "StatusAttributeMetadata", "StateAttributeMetadata"};

/// "ownerid" of "_ownerid_value".
std::string attribute_of(std::string_view column) {
  const bool lookup = column.starts_with('_') && column.ends_with("_value");
  return std::string(lookup ? column.substr(1, column.size() - 7) : column);
}

const Attribute* find_attribute(const TableFacts& table, std::string_view name) {
  const auto found = std::find_if(table.attributes.begin(), table.attributes.end(),
                                  [name](const Attribute& one) { return one.name == name; });
  return found == table.attributes.end() ? nullptr : &*found;
}

std::string choices_text(const std::vector<ChoiceValue>& choices) {
  std::vector<std::string> words;
  for (const ChoiceValue& one : choices) {
    if (words.size() == k_listed) break;
    words.push_back(fmt::format("{} ({})", one.label, one.code));
  }
  return "valid: " + join(words, ", ");
}

std::string label_of(const json& option) {
  const json& label = option.contains("Label") ? option.at("Label") : json();
  return label.is_object() ? text_part(label.value("UserLocalizedLabel", json()), "Label")
                           : std::string();
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

WrittenValue choice_value(const std::vector<ChoiceValue>& choices, const std::string& column,
                          const std::string& word) {
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const ChoiceValue& one) {
    return one.code == word || iequals(one.label, word);
  });
  if (found != choices.end()) return {column, *number_of(found->code), {}};
  return {column,
          {},
          fmt::format("\"{}\" is no value of it; {}", excerpt(word, 80), choices_text(choices))};
}

/// "accounts/7eb6..", "accounts(7eb6..)", "/accounts(7eb6..)".
WrittenValue lookup_value(const RecordRules& rules, const std::string& column,
                          const std::string& word) {
  std::string text = word.starts_with('/') ? word.substr(1) : word;
  const std::size_t end = text.find_first_of("(/");
  std::string id = end == std::string::npos ? std::string() : text.substr(end + 1);
  if (id.ends_with(')')) id.pop_back();
  const std::string set = text.substr(0, end);
  std::vector<std::string> targets;
  for (const Relation& one : rules.relations) {
    if (one.attribute != column) continue;
    const auto known = rules.sets.find(one.table);
    if (known == rules.sets.end()) continue;
    if (known->second == set && !id.empty()) {
      return {one.navigation + std::string(k_bind), fmt::format("/{}({})", set, id), {}};
    }
    targets.push_back(known->second + "/<id>");
  }
  return {column,
          {},
          fmt::format("\"{}\" is no row that it can point to; valid: {}", excerpt(word, 80),
                      join(targets, ", "))};
}

/// Collects a row column by column.
class Maker {
 public:
  explicit Maker(const RecordRules& rules) : rules_(rules) {}

  /// `option` is what people typed it behind.
  void put(const std::string& column, std::string_view option, const std::string& word) {
    if (word.empty()) return;
    const std::string attribute = attribute_of(column);
    WrittenValue written = written_value(rules_, attribute, word);
    if (!written.problem.empty()) return problem(option, std::move(written.problem));
    const bool bound = written.name.ends_with(k_bind);
    made_.body[written.name] = written.value;
    std::string value =
        written.value.is_string() ? written.value.get<std::string>() : written.value.dump();
    if (bound) value = value.substr(value.find('(') + 1, value.size() - value.find('(') - 2);
    note(bound ? "_" + attribute + "_value" : attribute, std::move(value));
  }
  void problem(std::string_view field, std::string reason) {
    made_.problems.push_back({std::string(field), std::move(reason)});
  }
  [[nodiscard]] bool has(std::string_view column) const {
    return std::any_of(made_.sent.begin(), made_.sent.end(),
                       [column](const auto& entry) { return entry.first == column; });
  }
  RecordDraft take() { return std::move(made_); }

 private:
  void note(const std::string& column, std::string value) {
    std::erase_if(made_.sent, [&](const auto& entry) { return entry.first == column; });
    made_.sent.emplace_back(column, std::move(value));
  }
  const RecordRules& rules_;
  RecordDraft made_;
};

void put_field(const TableMap& map, const char* field, const std::string& value, Maker& maker) {
  if (value.empty()) return;
  const std::string column(map.column_of(field));
  if (!column.empty()) return maker.put(column, field, value);
  maker.problem(field, fmt::format("the profile maps no column to it: give it by --set"));
}

/// Empty when a new row may have a value in it.
std::string why_not_set(const std::string& name, const RecordRules& rules) {
  // provance reference 7: passed over in silence.
  if (name == "statecode") return "the platform gives it itself: it cannot be set on create";
  if (find_attribute(rules.table, attribute_of(name)) != nullptr) return {};
  std::vector<std::string> names;
  for (const Attribute& one : rules.table.attributes) names.push_back(one.name);
  const std::string near = nearest(name, names);
  return fmt::format("{} has no such column{}", rules.table.set,
                     near.empty() ? "" : fmt::format(": did you mean {}?", near));
}

void put_given(const std::string& name, const std::string& value, const RecordRules& rules,
               Maker& maker) {
  std::string why = why_not_set(name, rules);
  if (!why.empty()) return maker.problem(name, std::move(why));
  maker.put(name, name, value);
}

/// A row has room for one configuration item, or for none: the others stand in its text.
std::string description_of(const ItemDraft& draft, const TableMap& map) {
  std::vector<std::string> others;
  const std::size_t linked = map.column_of("configuration_item").empty() ? 0 : 1;
  for (std::size_t i = linked; i < draft.config_items.size(); ++i) {
    others.push_back(draft.config_items[i].name);
  }
  const std::string affected = others.empty() ? "" : "\n\nAlso affected: " + join(others, ", ");
  return draft.description + affected + record_mark(draft.correlation_id);
}

std::string plain(std::string_view text) {
  std::string kept(trim(text));
  kept.erase(std::remove(kept.begin(), kept.end(), '\r'), kept.end());
  return kept;
}

std::vector<ChoiceValue> options_of(const json& row) {
  std::vector<ChoiceValue> choices;
  const json options = list_part(row.value("OptionSet", json()), "Options");
  for (const json& option : options) {
    const auto value = option.find("Value");
    if (value != option.end() && value->is_number_integer()) {
      choices.push_back({value->dump(), label_of(option)});
    }
  }
  return choices;
}

}  // namespace

// EntityDefinitions(LogicalName='incident')/Attributes/Microsoft.Dynamics.CRM.PicklistAttribute-
// Metadata?$expand=OptionSet: {"value":[{"LogicalName":"prioritycode","OptionSet":{"Options":
// [{"Value":1,"Label":{"UserLocalizedLabel":{"Label":"High"}}}]}}]}; .../ManyToOneRelationships:
// {"value":[{"ReferencingAttribute":"customerid","ReferencedEntity":"account",
// "ReferencingEntityNavigationPropertyName":"customerid_account"}]} (provance reference 3, 5).
RecordRules read_rules(const Organisation& organisation, const std::string& set,
                       const std::stop_token& stop) {
  RecordRules rules;
  auto table = read_table(organisation, set, stop);
  if (!table) {
    throw Error(ErrorKind::not_found,
                fmt::format("the organisation has no table {}, which the profile {} names", set,
                            organisation.profile.name),
                "itsmc connection test " + organisation.connection.name);
  }
  rules.table = *std::move(table);
  const std::string base =
      fmt::format("EntityDefinitions(LogicalName={})", odata::quoted(rules.table.name));
  for (const std::string_view cast : k_casts) {
    const std::string path = fmt::format("{}/Attributes/Microsoft.Dynamics.CRM.{}", base, cast);
    const auto rows =
        ask_list(organisation, path, {{"$select", "LogicalName"}, {"$expand", "OptionSet"}}, stop);
    for (const json& row : rows) rules.choices[text_part(row, "LogicalName")] = options_of(row);
  }
  const http::Query names = {
      {"$select", "ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName"}};
  for (const json& row : ask_list(organisation, base + "/ManyToOneRelationships", names, stop)) {
    rules.relations.push_back({text_part(row, "ReferencingAttribute"),
                               text_part(row, "ReferencedEntity"),
                               text_part(row, "ReferencingEntityNavigationPropertyName")});
  }
  for (const TableFacts& one : read_tables(organisation, stop)) rules.sets[one.name] = one.set;
  return rules;
}

WrittenValue written_value(const RecordRules& rules, const std::string& column,
                           const std::string& word) {
  const auto choices = rules.choices.find(column);
  if (choices != rules.choices.end()) return choice_value(choices->second, column, word);
  const Attribute* const attribute = find_attribute(rules.table, column);
  const std::string_view type = attribute == nullptr ? std::string_view() : attribute->type;
  if (type == "Lookup" || type == "Customer" || type == "Owner") {
    return lookup_value(rules, column, word);
  }
  if (type == "Boolean") {
    if (iequals(word, "true") || iequals(word, "false")) {
      return {column, iequals(word, "true"), {}};
    }
    return {column, {}, "must be true or false"};
  }
  if (type == "Integer" || type == "BigInt") {
    if (const auto number = number_of(word)) return {column, *number, {}};
    return {column, {}, "must be a whole number"};
  }
  return {column, word, {}};
}

WrittenValue given_value(const RecordRules& rules, const std::string& column,
                         const std::string& word) {
  std::string why = why_not_set(column, rules);
  if (!why.empty()) return {column, {}, std::move(why)};
  return written_value(rules, attribute_of(column), word);
}

RecordDraft draft_record(const ItemDraft& draft, const TableMap& map, const RecordRules& rules) {
  Maker maker(rules);
  for (const TableValue& value : map.create_values)
    maker.put(value.column, value.column, value.value);
  if (draft.title.empty()) maker.problem("title", "is required");
  put_field(map, "title", draft.title, maker);
  put_field(map, "description", description_of(draft, map), maker);
  put_field(map, "urgency", draft.urgency, maker);
  put_field(map, "impact", draft.impact, maker);
  put_field(map, "category", draft.category, maker);
  for (const auto& [name, value] : draft.set) put_given(name, value, rules, maker);
  if (!draft.template_name.empty()) {
    maker.problem("template",
                  "the product has no templates of rows: write [incident.create] into "
                  "the profile instead");
  }
  // A case is somebody's: the platform refuses it without (provance reference 7).
  const bool customer = find_attribute(rules.table, "customerid") != nullptr;
  if (customer && rules.table.name == "incident" && !maker.has("_customerid_value")) {
    maker.problem("customerid", "is required: --set customerid=accounts/<id> or contacts/<id>");
  }
  const std::string column(map.column_of("configuration_item"));
  if (!draft.config_items.empty() && !column.empty()) {
    const ConfigItem& item = draft.config_items.front();
    maker.put(column, "ci", item.klass + "/" + item.id);
  }
  return maker.take();
}

std::vector<std::string> unwritable(const TableMap& map, const RecordRules& rules) {
  std::vector<std::string> problems;
  const auto add = [&](std::string_view key, const TableValue& value, const WrittenValue& written) {
    if (written.problem.empty()) return;
    problems.push_back(fmt::format("{}.{}: {}", key, value.column, written.problem));
  };
  for (const TableValue& value : map.create_values) {
    add("create", value, given_value(rules, value.column, value.value));
  }
  for (const TableValue& value : map.resolve_values) {
    const bool state = value.column == "statecode";  // which is what resolving is about
    add("resolve", value,
        state ? written_value(rules, value.column, value.value)
              : given_value(rules, value.column, value.value));
  }
  return problems;
}

std::vector<std::string> compare_record(const RecordDraft& sent, const json& answer) {
  std::vector<std::string> warnings;
  for (const auto& [column, value] : sent.sent) {
    const auto found = answer.find(column);
    const json got = found == answer.end() ? json() : *found;
    const std::string text = got.is_string() ? got.get<std::string>() : got.dump();
    if (!got.is_null() && iequals(plain(text), plain(value))) continue;
    const std::string name = attribute_of(column);
    warnings.push_back(
        got.is_null()
            ? fmt::format("{} was dropped: it was sent as \"{}\"", name, excerpt(value, 80))
            : fmt::format("{} was changed to \"{}\": it was sent as \"{}\"", name,
                          excerpt(text, 80), excerpt(value, 80)));
  }
  return warnings;
}

std::string record_id(std::string_view correlation_id) {
  std::string hex = hash_text("itsmc:" + std::string(correlation_id));
  // RFC 9562 5.8: version 8, whose other bits are the maker's own.
  hex[12] = '8';
  hex[16] = std::string_view("89ab89ab89ab89ab")[static_cast<std::size_t>(
      hex[16] >= 'a' ? hex[16] - 'a' + 10 : hex[16] - '0')];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, 1, '-');
  return hex;
}

std::string record_mark(std::string_view correlation_id) {
  return correlation_id.empty() ? std::string() : fmt::format("\n\n[itsmc:{}]", correlation_id);
}

}  // namespace itsmc::partners::provance
