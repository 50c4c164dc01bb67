#include "partners/cherwell_draft.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/core/time.hpp"
#include "itsmc/partners/cherwell_page.hpp"
#include "partners/intake_words.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr std::string_view k_mark = "(itsmc:";
constexpr std::string_view k_cut = "\n[cut here: the field holds no more]";
constexpr std::string_view k_description = "Description";

/// How much a label weighs; absent for one that only this blueprint knows.
std::optional<int> level_of(std::string_view word) {
  constexpr std::array<std::string_view, 3> k_levels = {"High", "Medium", "Low"};
  for (std::size_t i = 0; i < k_levels.size(); ++i) {
    const bool code = word.size() == 1 && word[0] == static_cast<char>('1' + i);
    if (code || iequals(word, k_levels[i])) return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

const std::string* find_option(const std::vector<std::string>& options, std::string_view word) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [word](const auto& option) { return iequals(option, word); });
  return found == options.end() ? nullptr : &*found;
}

/// Collects a record field by field.
class Maker {
 public:
  explicit Maker(const ObjectRules& rules) : rules_(rules) {}

  void put(std::string_view name, std::string value) {
    set_field(record_.fields, name, std::move(value));
  }
  [[nodiscard]] bool has(std::string_view name) const { return has_field(record_.fields, name); }
  void problem(std::string_view field, std::string reason) {
    record_.problems.push_back({std::string(field), std::move(reason)});
  }
  void warn(std::string warning) { record_.warnings.push_back(std::move(warning)); }
  RecordDraft take() { return std::move(record_); }

  /// A value of the field's list; `option` is what people typed it behind.
  void put_choice(const FieldRule& field, std::string_view option, std::string_view word) {
    const auto& options = rules_.options(field);
    if (options.empty()) {
      warn(fmt::format("{} \"{}\" was not checked: its values are not told", option,
                       excerpt(word, 80)));
      put(field.name, std::string(word));
    } else if (const std::string* found = find_option(options, word)) {
      put(field.name, *found);
    } else {
      refuse_choice(option, word, options);
    }
  }
  void refuse_choice(std::string_view option, std::string_view word,
                     const std::vector<std::string>& options) {
    problem(option, fmt::format("\"{}\" is not one of the choices; {}", excerpt(word, 80),
                                offer_choices(nearest(word, options), options)));
  }

  /// Urgency or impact. What High, Medium and Low are called differs from blueprint to blueprint
  /// (cherwell reference 9): they always decide the priority.
  void put_level(std::string_view name, std::string_view option, std::string_view word) {
    if (word.empty()) return;
    const FieldRule* field = rules_.field(name);
    const std::vector<std::string> levels = {"High", "Medium", "Low"};
    const auto& options = field == nullptr ? levels : rules_.options(*field);
    const bool listed = find_option(options, word) != nullptr;
    if (field != nullptr && (listed || !field->validated)) {
      if (listed) return put_choice(*field, option, word);
      return put(field->name, std::string(word));
    }
    if (!level_of(word)) return refuse_choice(option, word, options);
    warn(fmt::format("{} \"{}\" only decides the priority: {}", option, word,
                     field == nullptr ? fmt::format("{} has no field {}", rules_.name, name)
                                      : fmt::format("{} holds {}", name, join(options, ", "))));
  }

  /// A field of the product's own name.
  void put_given(const std::string& name, const std::string& value) {
    const FieldRule* field = rules_.field(name);
    if (field == nullptr) {
      problem(name, unknown_field(name));
    } else if (iequals(field->name, k_description) && rules_.field("Status") != nullptr) {
      problem(name, "say it by --description: the mark by which itsmc finds the item stands in it");
    } else if (field->read_only) {
      problem(name, "the instance gives it itself");
    } else if (field->validated && !value.empty()) {
      put_choice(*field, name, value);
    } else if (field->type == "DateTime" && !value.empty()) {
      put_time(*field, value);
    } else {
      put_text(*field, value);
    }
  }

 private:
  std::string unknown_field(const std::string& name) const {
    std::vector<std::string> names;
    for (const FieldRule& field : rules_.fields) names.push_back(field.name);
    const std::string near = nearest(name, names);
    return fmt::format("{} has no such field{}", rules_.name,
                       near.empty() ? "" : fmt::format(": did you mean {}?", near));
  }

  void put_text(const FieldRule& field, const std::string& value) {
    const std::size_t length = count_characters(value);
    if (field.max_length > 0 && length > field.max_length) {
      return problem(field.name, fmt::format("{} characters are more than {}, the field's length",
                                             length, field.max_length));
    }
    put(field.name, value);
  }

  // Dates are local, without a zone (cherwell reference 8).
  void put_time(const FieldRule& field, const std::string& value) {
    if (const auto time = parse_rfc3339(value)) {
      const auto local = *time + rules_.utc_offset;
      return put(field.name, format_local_time(local.time_since_epoch().count()));
    }
    if (parse_local_time(value).kind == LocalTime::Kind::time) return put(field.name, value);
    problem(field.name,
            fmt::format("\"{}\" is no time: write 2026-01-31T18:00:00Z", excerpt(value, 60)));
  }

  const ObjectRules& rules_;
  RecordDraft record_;
};

/// The whole with the mark behind it; of a text that is too long, the mark stays.
std::string with_mark(const std::string& text, const std::string& mark, const FieldRule& field,
                      Maker& maker) {
  const std::string end = (text.empty() ? "" : "\n\n") + mark;
  const std::size_t most = field.max_length;
  if (most == 0 || count_characters(text) + end.size() <= most) return text + end;
  const std::size_t kept = most > end.size() + k_cut.size() ? most - end.size() - k_cut.size() : 0;
  maker.warn(fmt::format("the description is cut to {} characters", most));
  return cut_text(text, kept) + std::string(k_cut) + end;
}

void put_texts(const ItemDraft& draft, const ObjectRules& rules, Maker& maker) {
  const FieldRule* title = rules.first_of({"ShortDescription", "Title"});
  const FieldRule* description = rules.field(k_description);
  std::string text = draft.description.empty() ? draft.title : draft.description;
  const bool title_fits = title != nullptr && (title->max_length == 0 ||
                                               count_characters(draft.title) <= title->max_length);
  if (title != nullptr && !draft.title.empty()) {
    maker.put(title->name,
              title_fits ? draft.title : cut_text(draft.title, title->max_length - 1) + "\u2026");
  }
  // Without a field of its own the title is the first line (cherwell reference 9).
  if (!title_fits && !draft.title.empty() && !draft.description.empty()) {
    text = draft.title + "\n\n" + draft.description;
  }
  if (title != nullptr && !title_fits) {
    maker.warn(fmt::format("the title is cut to {} characters; the whole stands in the description",
                           title->max_length));
  }
  const bool has_place = rules.field("ConfigItemRecID") != nullptr;
  const std::size_t first = has_place ? 1 : 0;
  if (draft.config_items.size() > first) {
    text += "\n\n" + name_items("Affected as well:", draft.config_items, first);
  }
  if (description == nullptr) {
    return maker.problem("description",
                         fmt::format("{} has no field Description: itsmc could not find the item "
                                     "again",
                                     rules.name));
  }
  maker.put(k_description, with_mark(text, mark_of(draft.correlation_id), *description, maker));
}

/// The option that people know a field by.
std::string option_of(const FieldRule& field) {
  if (iequals(field.name, "ShortDescription") || iequals(field.name, "Title")) return "title";
  for (const char* name : {"Category", "Urgency", "Impact", "Description"}) {
    if (iequals(field.name, name)) return to_lower(name);
  }
  return field.name;
}

}  // namespace

std::string mark_of(std::string_view correlation_id) {
  return fmt::format("{}{})", k_mark, correlation_id);
}

std::string key_in(std::string_view description) {
  const std::size_t mark = description.rfind(k_mark);
  if (mark == std::string_view::npos) return {};
  const std::string_view rest = description.substr(mark + k_mark.size());
  const std::size_t end = rest.find(')');
  return end == std::string_view::npos ? std::string() : std::string(rest.substr(0, end));
}

std::string usual_priority(std::string_view urgency, std::string_view impact) {
  return std::to_string(level_of(urgency).value_or(2) + level_of(impact).value_or(2) - 1);
}

RecordDraft draft_record(const ItemDraft& draft, const ObjectRules& rules) {
  Maker maker(rules);
  put_texts(draft, rules, maker);
  maker.put_level("Urgency", "urgency", draft.urgency);
  maker.put_level("Impact", "impact", draft.impact);
  if (!draft.category.empty()) {
    const FieldRule* category = rules.field("Category");
    if (category == nullptr) {
      maker.problem("category", fmt::format("{} has no field Category", rules.name));
    } else {
      maker.put_choice(*category, "category", draft.category);
    }
  }
  if (rules.field("Priority") != nullptr) {
    maker.put("Priority", usual_priority(draft.urgency, draft.impact));
  }
  for (const auto& [name, value] : draft.set) maker.put_given(name, value);
  if (!draft.config_items.empty() && rules.field("ConfigItemRecID") != nullptr &&
      !maker.has("ConfigItemRecID")) {
    maker.put("ConfigItemRecID", draft.config_items.front().id);
  }
  return maker.take();
}

RecordDraft check_fields(const FieldValues& given, const ObjectRules& rules) {
  Maker maker(rules);
  for (const auto& [name, value] : given) maker.put_given(name, value);
  return maker.take();
}

std::vector<FieldProblem> missing_fields(const FieldValues& fields, const ObjectRules& rules) {
  std::vector<FieldProblem> problems;
  for (const FieldRule& field : rules.fields) {
    if (!field.required || field.read_only || has_field(fields, field.name)) continue;
    problems.push_back({option_of(field), "it is required and has no value"});
  }
  return problems;
}

std::vector<std::string> choice_fields(const ItemDraft& draft) {
  std::vector<std::string> names{"Urgency", "Impact", "Category"};
  for (const auto& [name, value] : draft.set) names.push_back(name);
  return names;
}

FieldValues note_fields(std::string_view note, const ObjectRules& rules, const Row& now) {
  const FieldRule* comments = rules.field("Comments");
  if (comments != nullptr && !comments->read_only) {
    const std::string old = now.value(comments);
    std::string text = old + (old.empty() ? "" : "\n\n") + std::string(note);
    const bool fits = comments->max_length == 0 || count_characters(text) <= comments->max_length;
    if (fits) return {{comments->name, std::move(text)}};
  }
  std::string text = now.value(rules.field(k_description));
  const std::size_t mark = text.rfind(k_mark);
  if (mark == std::string::npos)
    return {{std::string(k_description), fmt::format("{}\n\n{}", text, note)}};
  text.insert(mark, fmt::format("{}\n\n", note));
  return {{std::string(k_description), std::move(text)}};
}

std::string end_state(const ObjectRules& rules) {
  for (const char* state : {"Resolved", "Completed", "Complete", "Closed"}) {
    if (const std::string* found = find_option(rules.states, state)) return *found;
  }
  return "Resolved";
}

bool has_field(const FieldValues& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [name](const auto& field) {
    return iequals(field.first, name) && !field.second.empty();
  });
}

void set_field(FieldValues& fields, std::string_view name, std::string value) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const auto& field) { return iequals(field.first, name); });
  if (found == fields.end()) {
    fields.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

// {"busObId":"6dd5..","busObPublicId":"","busObRecId":"","persist":true,"fields":[{"dirty":true,
//   "fieldId":"BO:6dd5..,FI:252b..","value":"text"}]}: only what is dirty is saved (cherwell
// reference 7).
json save_body(const ObjectRules& rules, const std::string& id, const FieldValues& fields) {
  json sent = json::array();
  for (const auto& [name, value] : fields) {
    const FieldRule* field = rules.field(name);
    if (field == nullptr) continue;
    sent.push_back({{"dirty", true}, {"fieldId", field->id}, {"value", value}});
  }
  return {{"busObId", rules.id},
          {"busObPublicId", ""},
          {"busObRecId", id},
          {"persist", true},
          {"fields", std::move(sent)}};
}

}  // namespace itsmc::partners::cherwell
