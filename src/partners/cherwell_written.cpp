#include "partners/cherwell_written.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_words.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr TimeValue k_minute_ms = 60'000;

std::string field_named(const ObjectRules& rules, std::string_view id) {
  const auto found = std::find_if(
      rules.fields.begin(), rules.fields.end(),
      [id](const FieldRule& field) { return iequals(bare_field_id(field.id), bare_field_id(id)); });
  return found == rules.fields.end() ? std::string(id) : found->name;
}

/// "Priority: Priority is required (FIELDREQUIRED)".
std::string validation_words(const json& errors, const ObjectRules& rules) {
  std::vector<std::string> words;
  for (const json& error : errors) {
    const std::string code = text_part(error, "errorCode");
    words.push_back(fmt::format("{}: {}{}", field_named(rules, text_part(error, "fieldId")),
                                excerpt(text_part(error, "error"), 200),
                                code.empty() ? "" : " (" + code + ")"));
  }
  return join(words, "; ");
}

/// Line ends and outer blanks are the instance's to choose.
std::string without_line_ends(std::string_view text) {
  std::string plain;
  for (const char c : trim(text)) {
    if (c != '\r') plain += c;
  }
  return plain;
}

/// A single read shows other texts for the same thing: no seconds, "0.00" (cherwell reference 8).
bool is_same(const FieldRule& field, const std::string& sent, const std::string& got) {
  if (without_line_ends(sent) == without_line_ends(got)) return true;
  if (field.type == "DateTime") {
    const LocalTime a = parse_local_time(sent), b = parse_local_time(got);
    return a.kind == b.kind && a.ms / k_minute_ms == b.ms / k_minute_ms;
  }
  if (field.type == "Logical") return iequals(sent, got);
  if (field.type != "Number") return false;
  return std::abs(std::strtod(sent.c_str(), nullptr) - std::strtod(got.c_str(), nullptr)) < 1e-9;
}

std::optional<Timestamp> time_of(const ObjectRules& rules, const Row& row,
                                 std::initializer_list<std::string_view> names) {
  std::optional<Timestamp> first;
  for (const std::string_view name : names) {
    const LocalTime local = parse_local_time(row.value(rules.field(name)));
    if (local.kind != LocalTime::Kind::time) continue;
    const Timestamp time = Timestamp(std::chrono::milliseconds(local.ms)) - rules.utc_offset;
    if (!first || time < *first) first = time;
  }
  return first;
}

}  // namespace

// {"busObPublicId":"762421","busObRecId":"9446..","errorCode":null,"errorMessage":null,
//  "fieldValidationErrors":[],"hasError":false} (fixture save-incident.response.json).
std::string read_saved(const json& answer, const ObjectRules& rules) {
  const json& complaints = part_of(answer, "fieldValidationErrors");
  if (complaints.is_array() && !complaints.empty()) {
    throw Error(ErrorKind::protocol, fmt::format("Cherwell did not save the {}: {}", rules.name,
                                                 validation_words(complaints, rules)));
  }
  const InBandError error = in_band_error(answer);
  if (error.any()) throw Error(to_error(error, 200));
  std::string id = text_part(answer, "busObRecId");
  if (id.empty()) throw Error(nothing_made(rules.name, "the answer names no RecID"));
  return id;
}

std::vector<std::string> compare_row(const FieldValues& sent, const ObjectRules& rules,
                                     const Row& row) {
  std::vector<std::string> warnings;
  for (const auto& [name, value] : sent) {
    const FieldRule* field = rules.field(name);
    if (field == nullptr) continue;
    const std::string* got = row.find(*field);
    if (got == nullptr) {
      warnings.push_back(fmt::format("{} cannot be compared: the user may not read it", name));
    } else if (!is_same(*field, value, *got)) {
      warnings.push_back(
          got->empty()
              ? fmt::format("{} was dropped: it was sent as \"{}\"", name, excerpt(value, 80))
              : fmt::format("{} was changed to \"{}\": it was sent as \"{}\"", name,
                            excerpt(*got, 80), excerpt(value, 80)));
    }
  }
  return warnings;
}

std::vector<const FieldRule*> found_fields(const ObjectRules& rules) {
  return {rules.field("Description"),     rules.field("Status"),
          rules.field("CreatedDateTime"), rules.field("Stat_DateTimeResolved"),
          rules.field("ClosedDateTime"),  rules.field("Stat_DateTimeClosed")};
}

FoundItem found_item(const ObjectRules& rules, const Row& row) {
  FoundItem item;
  item.id = row.id;
  item.number = row.number;
  item.state = row.value(rules.field("Status"));
  item.open = !is_closed_state(item.state) && !iequals(item.state, "Resolved");
  item.created_at = time_of(rules, row, {"CreatedDateTime"});
  if (!item.open) {
    item.ended_at =
        time_of(rules, row, {"Stat_DateTimeResolved", "ClosedDateTime", "Stat_DateTimeClosed"});
  }
  return item;
}

Error nothing_made(std::string_view object, std::string_view why) {
  return {ErrorKind::protocol,
          fmt::format("Cherwell says that the {} was saved, but there is none: {}", object, why),
          "a rule of the instance may have undone it, or the user's security group may not view "
          "it: CSM Administrator > Security > Edit security groups > Business Objects"};
}

bool is_refusal(const Error& error) noexcept {
  return error.kind() == ErrorKind::denied || error.kind() == ErrorKind::protocol ||
         error.kind() == ErrorKind::not_found;
}

}  // namespace itsmc::partners::cherwell
