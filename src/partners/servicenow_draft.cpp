#include "partners/servicenow_draft.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/core/time.hpp"
#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {
namespace {

/// Of fields that the dictionary does not tell (servicenow reference 4).
constexpr std::size_t k_title_length = 160;
constexpr std::size_t k_description_length = 4000;
constexpr std::string_view k_rest = "\n[cut here: the whole text is in the work notes]";

/// References that people set by name, where the dictionary is not readable.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> k_references = {{
    {"assignment_group", "sys_user_group"},
    {"assigned_to", "sys_user"},
    {"caller_id", "sys_user"},
    {"requested_by", "sys_user"},
    {"opened_by", "sys_user"},
    {"cmdb_ci", "cmdb_ci"},
    {"business_service", "cmdb_ci_service"},
    {"service_offering", "service_offering"},
    {"company", "core_company"},
    {"location", "cmn_location"},
    {"problem_id", "problem"},
    {"rfc", "change_request"},
}};

bool is_journal(std::string_view field, const FieldRule* rule) {
  if (rule != nullptr && rule->type.starts_with("journal")) return true;
  return field == "work_notes" || field == "comments";
}

std::string reference_of(std::string_view field, const FieldRule* rule) {
  if (rule != nullptr) return rule->type == "reference" ? rule->reference : std::string();
  const auto found = std::find_if(k_references.begin(), k_references.end(),
                                  [field](const auto& entry) { return entry.first == field; });
  return found == k_references.end() ? std::string() : std::string(found->second);
}

/// Why nobody may set this field; empty: it may be set.
std::string forbidden(std::string_view field) {
  if (field == "correlation_id" || field == "correlation_display") {
    return "it is how itsmc finds the item again (use --key)";
  }
  if (field == "priority") return "the instance computes it from impact and urgency";
  if (field == "number" || field.starts_with("sys_")) return "the instance gives it itself";
  return {};
}

/// Collects a record field by field.
class Maker {
 public:
  explicit Maker(const TableRules& rules) : rules_(rules) {}

  void put(std::string_view field, std::string_view value) {
    const auto found = std::find_if(record_.fields.begin(), record_.fields.end(),
                                    [field](const auto& entry) { return entry.first == field; });
    if (found == record_.fields.end()) {
      record_.fields.emplace_back(field, value);
    } else if (is_journal(field, rules_.field(field))) {
      found->second += "\n" + std::string(value);
    } else {
      found->second = value;
    }
  }
  [[nodiscard]] bool has(std::string_view field) const {
    return std::any_of(record_.fields.begin(), record_.fields.end(), [field](const auto& entry) {
      return entry.first == field && !entry.second.empty();
    });
  }
  void warn(std::string warning) { record_.warnings.push_back(std::move(warning)); }
  RecordDraft take() { return std::move(record_); }
  void problem(std::string_view field, std::string reason) {
    record_.problems.push_back({std::string(field), std::move(reason)});
  }

  /// A choice by the word that people have for it; `option` is what they typed it behind.
  void put_choice(std::string_view field, std::string_view option, std::string_view word) {
    if (word.empty()) return;
    const auto options = rules_.options(field);
    if (options.empty()) {
      record_.warnings.push_back(fmt::format(
          "{} \"{}\" was not checked: its choices are not readable", option, excerpt(word, 80)));
      put(field, word);
      return;
    }
    Matched matched = match_choice(options, word);
    if (!matched.problem.empty()) {
      problem(option, std::move(matched.problem));
      return;
    }
    put(field, matched.value);
  }

  /// A field of the product's own name.
  void put_given(const std::string& field, const std::string& value) {
    if (const std::string reason = forbidden(field); !reason.empty()) {
      problem(field, reason);
      return;
    }
    const FieldRule* rule = rules_.field(field);
    if (rule == nullptr && !rules_.fields.empty()) {
      problem(field, unknown_field(field));
    } else if (to_lower(value).starts_with("javascript:")) {
      problem(field, "the instance would run the value as a script");
    } else if (!value.empty() && !rules_.options(field).empty()) {
      put_choice(field, field, value);
    } else if (rule != nullptr && rule->type == "glide_date_time") {
      put_time(field, value);
    } else {
      put_text(field, value, rule);
    }
  }

 private:
  std::string unknown_field(const std::string& field) const {
    std::vector<std::string> names;
    for (const auto& [name, rule] : rules_.fields) names.push_back(name);
    const std::string near = nearest(field, names);
    return fmt::format("{} has no such field{}", rules_.table,
                       near.empty() ? "" : fmt::format(": did you mean {}?", near));
  }

  void put_text(const std::string& field, const std::string& value, const FieldRule* rule) {
    const bool limited = rule != nullptr && rule->max_length > 0 && rule->type != "reference" &&
                         !is_journal(field, rule);
    const std::size_t length = count_characters(value);
    if (limited && length > rule->max_length) {
      problem(field, fmt::format("{} characters are more than {}, the field's length", length,
                                 rule->max_length));
      return;
    }
    put(field, value);
  }

  // Dates are stored in UTC without a zone (servicenow reference 2.9).
  void put_time(const std::string& field, const std::string& value) {
    if (value.empty() || parse_time(value) != k_no_time) {
      put(field, value);
      return;
    }
    const auto time = parse_rfc3339(value);
    if (!time) {
      problem(field,
              fmt::format("\"{}\" is no time: write 2026-01-31T18:00:00Z", excerpt(value, 60)));
      return;
    }
    put(field, format_time(time->time_since_epoch().count()));
  }

  const TableRules& rules_;
  RecordDraft record_;
};

std::size_t length_of(const TableRules& rules, std::string_view field, std::size_t usual) {
  const FieldRule* rule = rules.field(field);
  return rule == nullptr || rule->max_length == 0 ? usual : rule->max_length;
}

/// Title and description, cut where the instance would cut them without a word; nothing is lost.
void put_texts(const ItemDraft& draft, const TableRules& rules, Maker& maker) {
  const std::size_t title_length = length_of(rules, "short_description", k_title_length);
  std::string description = draft.description;
  if (count_characters(draft.title) > title_length) {
    maker.put("short_description", cut_text(draft.title, title_length - 1) + "\u2026");
    description = draft.title + "\n\n" + description;
    maker.warn(fmt::format("the title is cut to {} characters; the whole stands in the description",
                           title_length));
  } else if (!draft.title.empty()) {
    maker.put("short_description", draft.title);
  }
  if (description.empty()) return;
  const std::size_t length = length_of(rules, "description", k_description_length);
  if (count_characters(description) > length) {
    maker.put("work_notes", description);
    description = cut_text(description, length - k_rest.size()) + std::string(k_rest);
    maker.warn(fmt::format(
        "the description is cut to {} characters; the whole stands in the work notes", length));
  }
  maker.put("description", description);
}

void check_mandatory(const TableRules& rules, Maker& maker) {
  if (!maker.has("short_description")) maker.problem("title", "it is required and has no value");
  for (const auto& [name, rule] : rules.fields) {
    // REST takes an incident without a caller, though the form does not (servicenow reference 6.1).
    const bool asked = rule.mandatory && name != "caller_id" && name != "short_description";
    if (!asked || maker.has(name) || !forbidden(name).empty()) continue;
    maker.problem(name, "it is required and has no value");
  }
}

}  // namespace

RecordDraft draft_record(const ItemDraft& draft, const TableRules& rules,
                         const FieldValues& of_template, Required required) {
  Maker maker(rules);
  for (const auto& [field, value] : of_template) maker.put(field, value);
  put_texts(draft, rules, maker);
  maker.put_choice("urgency", "urgency", draft.urgency);
  maker.put_choice("impact", "impact", draft.impact);
  maker.put_choice("category", "category", draft.category);
  for (const auto& [field, value] : draft.set) maker.put_given(field, value);
  if (!draft.config_items.empty() && !maker.has("cmdb_ci")) {
    maker.put("cmdb_ci", draft.config_items.front().id);
  }
  if (draft.config_items.size() > 1) {
    maker.put("work_notes", name_items("Affected as well:", draft.config_items, 1));
  }
  if (required == Required::here) check_mandatory(rules, maker);
  maker.put("correlation_id", draft.correlation_id);
  maker.put("correlation_display", k_correlation_display);
  return maker.take();
}

FieldValues closing_notes(const std::string& note, const TableRules& rules) {
  const std::size_t length = length_of(rules, "close_notes", k_description_length);
  if (count_characters(note) <= length) return {{"close_notes", note}};
  return {{"close_notes", cut_text(note, length - k_rest.size()) + std::string(k_rest)},
          {"work_notes", note}};
}

RecordDraft check_fields(const FieldValues& given, const TableRules& rules) {
  Maker maker(rules);
  for (const auto& [field, value] : given) maker.put_given(field, value);
  return maker.take();
}

std::vector<NamedReference> names_to_resolve(const RecordDraft& record, const TableRules& rules) {
  std::vector<NamedReference> named;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const auto& [field, value] = record.fields[i];
    const std::string table = reference_of(field, rules.field(field));
    if (!table.empty() && !value.empty() && !is_sys_id(value)) {
      named.push_back({i, field, table, value});
    }
  }
  return named;
}

std::vector<std::string> choice_elements(const ItemDraft& draft, const FieldValues& of_template) {
  std::vector<std::string> elements{"urgency", "impact", "category"};
  const auto add = [&elements](const FieldValues& fields) {
    for (const auto& [field, value] : fields) {
      const bool plain = field.find_first_of(",^ ") == std::string::npos;
      if (plain && std::find(elements.begin(), elements.end(), field) == elements.end()) {
        elements.push_back(field);
      }
    }
  };
  add(of_template);
  add(draft.set);
  return elements;
}

std::string record_body(const FieldValues& fields) {
  nlohmann::ordered_json body = nlohmann::ordered_json::object();
  for (const auto& [field, value] : fields) body[field] = value;
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace itsmc::partners::servicenow
