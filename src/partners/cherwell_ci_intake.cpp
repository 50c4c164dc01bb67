#include "partners/cherwell_ci_intake.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/cherwell_written.hpp"
#include "partners/ci_names.hpp"
#include "partners/intake_words.hpp"

namespace itsmc::partners::cherwell {
namespace {

constexpr std::string_view k_group = "ConfigurationItem";
constexpr std::string_view k_usual_class = "ConfigServer";
constexpr std::string_view k_id = "RecID";
constexpr std::string_view k_shown = "FriendlyName";
constexpr std::string_view k_host = "HostName";
constexpr std::string_view k_address = "IPAddress";

/// 32 or 42 hex digits (cherwell reference 5).
bool is_record_id(std::string_view text) {
  const bool hex = text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return hex && (text.size() == 32 || text.size() == 42);
}

void add_full_steps(std::vector<CiStep>& steps, std::string_view name) {
  for (const std::string_view field : {k_shown, k_host}) {
    steps.push_back({field, "eq", short_name(name), name});
  }
}

void add_name_steps(std::vector<CiStep>& steps, std::string_view name) {
  if (name.empty()) return;
  steps.push_back({k_shown, "eq", std::string(name), {}});
  steps.push_back({k_host, "eq", std::string(name), {}});
  if (is_dotted_name(name)) return add_full_steps(steps, name);
  for (const std::string_view field : {k_host, k_shown}) {
    steps.push_back({field, "startswith", fmt::format("{}.", name), {}});
  }
}

ConfigItem config_item(const ObjectRules& rules, const Row& row) {
  const std::string host = row.value(rules.field(k_host));
  const std::string shown = row.value(rules.field(k_shown));
  return {row.id, shown.empty() ? host : shown, is_dotted_name(host) ? host : std::string(),
          rules.name};
}

// AssetStatus is a list of the site's own (cherwell reference 10): these words mean in any that the
// thing is not to be used.
bool is_in_use(const ObjectRules& rules, const Row& row) {
  constexpr std::array<std::string_view, 4> k_gone = {"Retired", "Disposed", "Decommissioned",
                                                      "Duplicate"};
  const std::string status = row.value(rules.field("AssetStatus"));
  return std::none_of(k_gone.begin(), k_gone.end(),
                      [&status](std::string_view gone) { return iequals(status, gone); });
}

std::vector<const FieldRule*> wanted_fields(const ObjectRules& rules) {
  return {rules.field(k_shown), rules.field(k_host), rules.field(k_address),
          rules.field("AssetStatus")};
}

}  // namespace

std::vector<CiStep> ci_steps(const CiQuery& query) {
  std::vector<CiStep> steps;
  if (is_record_id(query.id)) steps.push_back({k_id, "eq", query.id, {}});
  if (!query.fqdn.empty()) {
    steps.push_back({k_host, "eq", query.fqdn, {}});
    steps.push_back({k_shown, "eq", query.fqdn, {}});
    if (is_dotted_name(query.fqdn)) add_full_steps(steps, query.fqdn);
  }
  add_name_steps(steps, query.name);
  if (!query.ip.empty()) steps.push_back({k_address, "eq", query.ip, {}});
  return steps;
}

std::vector<ConfigItem> ci_answers(const CiStep& step, const ObjectRules& rules,
                                   const std::vector<Row>& rows) {
  std::vector<ConfigItem> items;
  for (const Row& row : rows) {
    const std::string value = step.field == k_id ? row.id : row.value(rules.field(step.field));
    const bool begins = step.operation == "startswith";
    const bool meant =
        iequals(begins ? std::string_view(value).substr(0, step.value.size()) : value, step.value);
    const ConfigItem item = config_item(rules, row);
    if (meant && is_in_use(rules, row) && may_be(item, step.whole)) items.push_back(item);
  }
  return items;
}

// A search of the group finds nothing: only its members have rows (cherwell reference 10).
const std::vector<std::string>& CiIntake::members(const std::stop_token& stop) {
  if (members_.empty()) members_ = book_.members_of(k_group, stop);
  if (!members_.empty()) return members_;
  throw Error(ErrorKind::usage,
              fmt::format("the blueprint has no group {} with member types: itsmc knows no other "
                          "place for configuration items",
                          k_group),
              "leave the configuration item out, or name it in the text");
}

std::vector<ConfigItem> CiIntake::find(const CiQuery& query, const std::stop_token& stop) {
  const std::vector<CiStep> steps = ci_steps(query);
  if (steps.empty()) return {};
  std::optional<Error> refused;
  for (const CiStep& step : steps) {
    std::vector<ConfigItem> found;
    for (const std::string& member : members(stop)) {
      try {
        const ObjectRules& rules = book_.of(member, stop);
        const FieldRule* field = rules.field(step.field);
        if (field == nullptr) continue;
        const auto rows =
            book_.search(rules, {*field, step.operation, step.value, wanted_fields(rules)}, stop);
        for (ConfigItem& item : ci_answers(step, rules, rows)) found.push_back(std::move(item));
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::denied) throw;
        refused = error;
      }
    }
    if (!found.empty()) return found;
  }
  // "None" would make a second one of what only this user cannot see.
  if (refused) throw Error(*refused);
  return {};
}

ObjectRules& CiIntake::class_of(const CiDraft& draft, const std::stop_token& stop) {
  const std::string_view wanted = draft.klass.empty() ? k_usual_class : draft.klass;
  for (const std::string& member : members(stop)) {
    if (iequals(member, wanted)) return book_.of(member, stop);
  }
  throw Error(ErrorKind::invalid,
              fmt::format("class: \"{}\" is no type of {}; valid: {}", excerpt(wanted, 80), k_group,
                          join(members(stop), ", ")));
}

FieldValues CiIntake::prepare(const CiDraft& draft, ObjectRules& rules,
                              const std::stop_token& stop) {
  FieldValues given;
  const auto put = [&](std::string_view name, const std::string& value) {
    if (!value.empty() && rules.field(name) != nullptr) given.emplace_back(name, value);
  };
  put(k_shown, draft.name.empty() ? draft.fqdn : draft.name);
  put(k_host, draft.fqdn.empty() ? draft.name : draft.fqdn);
  put(k_address, draft.ip);
  for (const auto& [name, value] : draft.set) set_field(given, name, value);
  std::vector<std::string> names;
  for (const auto& [name, value] : given) names.push_back(name);
  book_.read_choices(rules, names, stop);
  RecordDraft record = check_fields(given, rules);
  for (FieldProblem& missing : missing_fields(record.fields, rules)) {
    record.problems.push_back(std::move(missing));
  }
  refuse_problems(record.problems);
  return std::move(record.fields);
}

PlannedRequest CiIntake::plan(const CiDraft& draft, const std::stop_token& stop) {
  ObjectRules& rules = class_of(draft, stop);
  const FieldValues fields = prepare(draft, rules, stop);
  return {"POST", api_.url(k_save_path), body_text(save_body(rules, "", fields))};
}

CiWritten CiIntake::create(const CiDraft& draft, const std::stop_token& stop) {
  ObjectRules& rules = class_of(draft, stop);
  const FieldValues fields = prepare(draft, rules, stop);
  // Cherwell identifies nothing itself (cherwell reference 7): looked up here, right before.
  const std::vector<ConfigItem> known = find({{}, draft.fqdn, draft.name, {}}, stop);
  if (known.size() > 1) {
    throw Error(ErrorKind::ambiguous, name_items("Cherwell has several of that name:", known, 0));
  }
  if (known.size() == 1) return {known.front(), true, {}};
  const std::string id = read_saved(
      api_.write(k_save_path, save_body(rules, "", fields), http::Replay::never, stop), rules);
  Row row;
  try {
    row = book_.read(rules, id, stop);
  } catch (const Error& error) {
    if (!is_refusal(error)) throw;
    throw Error(nothing_made(rules.name, error.text()));
  }
  return {config_item(rules, row), false, compare_row(fields, rules, row)};
}

}  // namespace itsmc::partners::cherwell
