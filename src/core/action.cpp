#include "itsmc/core/action.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/connection_values.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

using Assignments = std::vector<std::pair<std::string, std::string>>;

// The order is that of help, of show and of the file.
constexpr std::array k_fields{
    ActionField{"connection", "NAME", "Where the work item is made"},
    ActionField{"type", "TYPE", "incident, change-request, event or alert", "incident"},
    ActionField{"match", "TERMS",
                "Which alerts: rule=CPU*,severity<=2,target=*/vm01,service=,signal=; default: all"},
    ActionField{"per", "WHAT", "One work item for each alert, rule, ci or row", "alert"},
    ActionField{"on-resolve", "WHAT", "When the alert is over: resolve, comment or nothing",
                "resolve"},
    ActionField{"urgency", "LABEL", "Instead of what the alert's severity means"},
    ActionField{"impact", "LABEL", "Instead of what the alert's severity means"},
    ActionField{"category", "LABEL", "A label or code of the product"},
    ActionField{"template", "NAME", "A template of the product"},
    ActionField{"set", "FIELD=VALUE", "A field by the product's own name; in a file one a line"},
    ActionField{"resolve-set", "FIELD=VALUE", "The same, for the resolving; in a file one a line"},
};
constexpr std::array<std::string_view, 5> k_keys{"rule", "severity", "target", "service", "signal"};
// Longer ones first.
constexpr std::array<std::string_view, 6> k_signs{"<=", ">=", "!=", "=", "<", ">"};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string one_of(std::string_view word, std::span<const std::string_view> words) {
  const std::vector<std::string> known(words.begin(), words.end());
  return fmt::format("\"{}\" is none of {}", excerpt(word, 40), join(known, ", "));
}

/// Empty, or what is wrong.
std::string read_term(std::string_view text, MatchTerm& term) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const std::string_view sign : k_signs) {
      if (!text.substr(at).starts_with(sign)) continue;
      term = {to_lower(trim(text.substr(0, at))), std::string(sign),
              std::string(trim(text.substr(at + sign.size())))};
      if (!is_one_of(term.key, k_keys)) return one_of(term.key, k_keys);
      const bool ordered = sign != "=" && sign != "!=";
      if (ordered && term.key != "severity") return fmt::format("{} has no order", term.key);
      if (term.key == "severity" && to_lower(term.value).starts_with("sev")) {
        term.value.erase(0, 3);
      }
      const bool digit = term.value.size() == 1 && term.value[0] >= '0' && term.value[0] <= '4';
      if (term.key == "severity" && !digit) return "severity is a number from 0 to 4";
      return term.value.empty() ? term.key + " has no value" : std::string();
    }
  }
  return fmt::format("\"{}\" is not KEY=VALUE", excerpt(text, 40));
}

/// The fields of one action, taken one after the other; wrong ones become problems.
class Reader {
 public:
  explicit Reader(CheckedAction& into) : action_(into.action), problems_(into.problems) {}

  void read(const FieldText& field) {
    if (find_action_field(field.name) == nullptr) return refuse_unknown(field.name);
    const std::string value(trim(field.value));
    if (value.empty()) return;
    if (field.name == "connection") return keep_name(value);
    if (field.name == "type") return read_type(value);
    if (field.name == "match") return read_match(value);
    if (field.name == "per") return take(field.name, value, k_per, action_.per);
    if (field.name == "on-resolve") return take(field.name, value, k_ends, action_.on_resolve);
    if (field.name == "urgency") action_.urgency = value;
    if (field.name == "impact") action_.impact = value;
    if (field.name == "category") action_.category = value;
    if (field.name == "template") action_.template_name = value;
    if (field.name == "set") read_set(field.name, value, action_.set);
    if (field.name == "resolve-set") read_set(field.name, value, action_.resolve_set);
  }

 private:
  static constexpr std::array<std::string_view, 4> k_per{"alert", "rule", "ci", "row"};
  static constexpr std::array<std::string_view, 3> k_ends{"resolve", "comment", "nothing"};

  void refuse_unknown(const std::string& name) {
    std::vector<std::string> known;
    known.reserve(k_fields.size());
    for (const ActionField& field : k_fields) known.emplace_back(field.name);
    const std::string near = nearest(name, known);
    problems_.push_back(
        {name, near.empty() ? "is no field of an action"
                            : fmt::format("is no field of an action: did you mean \"{}\"?", near)});
  }
  void keep_name(const std::string& value) {
    if (const std::string problem = problem_of_name(value); !problem.empty()) {
      problems_.push_back({"connection", problem});
    }
    action_.connection = value;
  }
  void read_type(const std::string& value) {
    const auto type = parse_work_item_type(value);
    if (type) {
      action_.type = *type;
    } else {
      problems_.push_back({"type", fmt::format("\"{}\" is none of incident, change-request, event, "
                                               "alert",
                                               excerpt(value, 40))});
    }
  }
  void take(const std::string& field, const std::string& value,
            std::span<const std::string_view> words, std::string& target) {
    if (is_one_of(value, words)) {
      target = value;
    } else {
      problems_.push_back({field, one_of(value, words)});
    }
  }
  void read_match(const std::string& value) {
    if (value == "all") return;  // as the prompt says it: no term at all
    for (const std::string& text : split(value, ',')) {
      if (trim(text).empty()) continue;
      MatchTerm term;
      const std::string problem = read_term(trim(text), term);
      if (problem.empty()) {
        action_.match.push_back(std::move(term));
      } else {
        problems_.push_back({"match", problem});
      }
    }
  }
  void read_set(const std::string& field, const std::string& value, Assignments& target) {
    for (const std::string& line : split(value, '\n')) {
      if (trim(line).empty()) continue;
      const std::size_t sign = line.find('=');
      const std::string name(trim(line.substr(0, sign)));
      if (sign == std::string::npos || name.empty()) {
        problems_.push_back({field, fmt::format("\"{}\" is not FIELD=VALUE", excerpt(line, 40))});
        continue;
      }
      std::erase_if(target, [&name](const auto& one) { return one.first == name; });
      target.emplace_back(name, line.substr(sign + 1));
    }
  }

  Action& action_;
  std::vector<FieldProblem>& problems_;
};

std::string lines_of(const Assignments& assignments) {
  std::string lines;
  for (const auto& [field, value] : assignments) {
    lines += fmt::format("{}{}={}", lines.empty() ? "" : "\n", field, value);
  }
  return lines;
}

std::string words_of(const std::vector<MatchTerm>& match) {
  std::string words;
  for (const MatchTerm& term : match) {
    words += fmt::format("{}{}{}{}", words.empty() ? "" : ",", term.key, term.sign, term.value);
  }
  return words;
}

}  // namespace

std::span<const ActionField> action_fields() noexcept {
  return k_fields;
}

const ActionField* find_action_field(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(k_fields.begin(), k_fields.end(),
                   [name](const ActionField& field) { return field.name == name; });
  return found == k_fields.end() ? nullptr : &*found;
}

CheckedAction check_action(std::string_view name, std::span<const FieldText> fields) {
  CheckedAction checked;
  checked.action.name = name;
  if (std::string problem = problem_of_name(name); !problem.empty()) {
    checked.problems.push_back({"name", std::move(problem)});
  }
  Reader reader(checked);
  for (const FieldText& field : fields) reader.read(field);
  if (checked.action.connection.empty()) checked.problems.push_back({"connection", "is required"});
  return checked;
}

std::vector<FieldText> to_fields(const Action& action) {
  std::vector<FieldText> fields;
  const auto add = [&fields](std::string_view name, std::string value) {
    const bool usual = value.empty() || value == find_action_field(name)->fallback;
    if (!usual) fields.push_back({std::string(name), std::move(value)});
  };
  add("connection", action.connection);
  add("type", std::string(to_string(action.type)));
  add("match", words_of(action.match));
  add("per", action.per);
  add("on-resolve", action.on_resolve);
  add("urgency", action.urgency);
  add("impact", action.impact);
  add("category", action.category);
  add("template", action.template_name);
  add("set", lines_of(action.set));
  add("resolve-set", lines_of(action.resolve_set));
  return fields;
}

}  // namespace itsmc
