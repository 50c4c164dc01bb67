#include "partners/servicenow_event.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {
namespace {

using nlohmann::json;

/// Of what severity an event is that says none: Warning.
constexpr std::string_view k_usual_severity = "4";
constexpr std::size_t k_description_length = 4000;
constexpr std::string_view k_addition = "additional_info.";

struct EventField {
  std::string_view name;
  std::size_t length;
};
// em_event (servicenow reference 6.3), what may be set.
constexpr std::array k_fields = {
    EventField{"source", 100},         EventField{"event_class", 100},
    EventField{"node", 100},           EventField{"resource", 100},
    EventField{"metric_name", 100},    EventField{"type", 100},
    EventField{"severity", 1},         EventField{"description", k_description_length},
    EventField{"time_of_event", 19},   EventField{"resolution_state", 10},
    EventField{"ci_identifier", 1000}, EventField{"ci_type", 100}};

std::vector<ChoiceOption> severities() {
  return {{"0", "Clear", "en"}, {"1", "Critical", "en"}, {"2", "Major", "en"},
          {"3", "Minor", "en"}, {"4", "Warning", "en"},  {"5", "OK", "en"},
          {"5", "Info", "en"}};
}

void put(FieldValues& fields, std::string_view name, std::string_view value) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const auto& field) { return field.first == name; });
  if (found != fields.end()) {
    found->second = value;
  } else if (!value.empty()) {
    fields.emplace_back(name, value);
  }
}

std::string unknown_field(const std::string& field) {
  std::vector<std::string> names;
  names.reserve(k_fields.size());
  for (const EventField& known : k_fields) names.emplace_back(known.name);
  const std::string near = nearest(field, names);
  return fmt::format("em_event has no such field{}; additional_info.NAME takes whatever else",
                     near.empty() ? "" : fmt::format(": did you mean {}?", near));
}

void put_severity(RecordDraft& event, std::string_view option, const std::string& word) {
  Matched matched = match_choice(severities(), word);
  if (!matched.problem.empty()) {
    event.problems.push_back({std::string(option), std::move(matched.problem)});
    return;
  }
  put(event.fields, "severity", matched.value);
}

void put_given(RecordDraft& event, json& addition, const std::string& field,
               const std::string& value) {
  if (field.starts_with(k_addition)) {
    addition[field.substr(k_addition.size())] = value;
    return;
  }
  const auto known = std::find_if(k_fields.begin(), k_fields.end(),
                                  [&field](const auto& one) { return one.name == field; });
  if (known == k_fields.end()) {
    event.problems.push_back({field, unknown_field(field)});
  } else if (field == "severity") {
    put_severity(event, "severity", value);
  } else if (cut_text(value, known->length) != value) {
    event.problems.push_back(
        {field, fmt::format("it has more than {} characters, the field's length", known->length)});
  } else {
    put(event.fields, field, value);
  }
}

void put_cut(RecordDraft& event, std::string_view name, const std::string& value,
             std::size_t length) {
  const std::string kept = cut_text(value, length);
  if (kept != value) {
    event.warnings.push_back(fmt::format("{} is cut to {} characters", name, length));
  }
  put(event.fields, name, kept);
}

std::string event_time(Timestamp now) {
  return format_time(now.time_since_epoch().count());
}

/// What binds the event to its configuration item, where the user knows it.
void put_item(RecordDraft& event, const ConfigItem& item) {
  put(event.fields, "ci_type", item.klass);
  put(event.fields, "ci_identifier", json{{"sys_id", item.id}}.dump());
}

json addition_of(const ItemDraft& draft) {
  json addition = json::object();
  const auto add = [&addition](const char* name, const std::string& value) {
    if (!value.empty()) addition[name] = value;
  };
  add("title", draft.title);
  add("urgency", draft.urgency);
  add("impact", draft.impact);
  if (draft.config_items.size() > 1) {
    add("affected", name_items("", draft.config_items, 0));
  }
  return addition;
}

}  // namespace

RecordDraft draft_event(const ItemDraft& draft, Timestamp now) {
  RecordDraft event;
  put_cut(event, "source", draft.source, 100);
  const bool by_item = draft.node.empty() && !draft.config_items.empty();
  const ConfigItem first = draft.config_items.empty() ? ConfigItem() : draft.config_items.front();
  const std::string item_name = first.fqdn.empty() ? first.name : first.fqdn;
  put_cut(event, "node", by_item ? item_name : draft.node, 100);
  put_cut(event, "resource", draft.resource, 100);
  put_cut(event, "type", draft.category, 100);
  put(event.fields, "message_key", draft.correlation_id);
  // A blank severity puts the event into the state Error (servicenow reference 6.3).
  put_severity(event, "severity",
               draft.severity.empty() ? std::string(k_usual_severity) : draft.severity);
  const bool both = !draft.title.empty() && !draft.description.empty();
  put_cut(event, "description", draft.title + (both ? "\n\n" : "") + draft.description,
          k_description_length);
  put(event.fields, "time_of_event", event_time(now));
  put(event.fields, "resolution_state", "New");
  if (!first.id.empty()) put_item(event, first);
  json addition = addition_of(draft);
  for (const auto& [field, value] : draft.set) put_given(event, addition, field, value);
  if (!draft.template_name.empty()) {
    event.problems.push_back({"template", "ServiceNow has no templates of events and alerts"});
  }
  if (draft.title.empty() && draft.description.empty()) {
    event.problems.push_back({"title", "an event needs a title or a description"});
  }
  // A string that holds JSON, not an object (servicenow reference 6.3).
  put(event.fields, "additional_info",
      addition.dump(-1, ' ', false, json::error_handler_t::replace));
  return event;
}

FieldValues clearing_event(const Record& alert, std::string_view note, Timestamp now) {
  FieldValues fields;
  for (const char* same : {"source", "node", "resource", "type", "metric_name", "message_key"}) {
    put(fields, same, alert.value(same));
  }
  put(fields, "severity", "0");
  put(fields, "description", cut_text(note, k_description_length));
  put(fields, "time_of_event", event_time(now));
  put(fields, "resolution_state", "Closing");
  return fields;
}

std::string event_body(const FieldValues& fields) {
  return R"({"records":[)" + record_body(fields) + "]}";
}

// {"result":{"Default Bulk Endpoint":"1 events were inserted"}} (fixture em_jsonv2_200.json).
std::optional<int> inserted_events(const json& answer) {
  const auto result = answer.find("result");
  if (result == answer.end() || !result->is_object()) return std::nullopt;
  for (const auto& [endpoint, words] : result->items()) {
    if (!words.is_string()) continue;
    const auto& text = words.get_ref<const std::string&>();
    int count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec == std::errc() && text.find("inserted") != std::string::npos) return count;
  }
  return std::nullopt;
}

}  // namespace itsmc::partners::servicenow
