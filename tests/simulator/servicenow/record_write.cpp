#include "servicenow/record_write.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "servicenow/answers.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::size_t k_largest_body = 10'485'760;

std::string field_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return {};
  if (value.is_object()) return value.contains("value") ? field_text(value["value"]) : "";
  return value.dump();
}

WriteRules rules_of(const Site& site, const Call& call) {
  WriteRules rules;
  rules.user = call.session.user;
  rules.now = site.bench.clock.now();
  rules.zone_seconds = zone_seconds(call.firing);
  if (call.request.param_or("sysparm_input_display_value", "false") == "true") {
    rules.input = InputValues::display;
  }
  if (call.firing.has("invalid-choice-stored")) rules.invalid_choice = InvalidChoice::stored;
  return rules;
}

// drop-field=NAME; change-field=NAME:VALUE: a business rule's doing. resolve-refused: the state of
// the end is dropped in silence.
void spoil_fields(const Firing& firing, Fields& sent) {
  if (const auto* name = firing.argument("drop-field")) {
    std::erase_if(sent, [name](const Field& field) { return field.name == *name; });
  }
  if (const auto* rule = firing.argument("change-field")) {
    const auto colon = std::min(rule->find(':'), rule->size());
    for (Field& field : sent) {
      if (field.name == rule->substr(0, colon)) {
        field.value = rule->substr(std::min(colon + 1, rule->size()));
      }
    }
  }
  if (firing.has("resolve-refused")) {
    std::erase_if(sent, [](const Field& field) { return field.name == "state"; });
  }
}

// resolve-refused=rule: said aloud.
std::optional<std::string> refused_end(const Call& call, const Fields& sent) {
  const auto* way = call.firing.argument("resolve-refused");
  if (!way || *way != "rule" || !find_field(sent, "state")) return std::nullopt;
  return fmt::format(
      "Operation against file '{}' was aborted by Business Rule 'Abort invalid state'. Business "
      "Rule Stack:Abort invalid state",
      call.table);
}

}  // namespace

std::optional<Reply> read_body(const Request& request, Fields& fields) {
  if (request.body.size() > k_largest_body) {
    return error_reply(
        400, "Exception while reading request",
        fmt::format("Rejected large REST payload with content-length = {} bytes. Max allowed: {} "
                    "bytes.",
                    request.body.size(), k_largest_body));
  }
  const std::string type = request.header("Content-Type");
  if (!type.empty() && type.find("json") == std::string::npos) {
    return error_reply(415, "Unsupported media type", std::nullopt);
  }
  if (request.body.empty()) return std::nullopt;
  auto body = nlohmann::json::parse(request.body, nullptr, false);
  if (body.is_array() && !body.empty()) body = nlohmann::json(body[0]);
  if (!body.is_object()) {
    return error_reply(400, "Exception while reading request", "The payload is not valid JSON.");
  }
  for (const auto& [name, value] : body.items()) fields.push_back({name, field_text(value)});
  return std::nullopt;
}

std::optional<Reply> write_refusal(const Site& site, const Call& call, std::string_view operation) {
  if (!site.instance.table(call.table)) return invalid_table(call.table);
  const auto* role = call.firing.argument("no-role");
  const auto* table = call.firing.argument("acl-table");
  const bool lacks_role = role && *role == "itil";
  if (lacks_role || (table && *table == call.table) || call.firing.has("acl-write")) {
    return acl_exception(operation);
  }
  if (call.firing.has("acl-api")) {
    return error_reply(403, "User Not Authorized", "Failed API level ACL Validation");
  }
  return std::nullopt;
}

WriteResult insert_record(Site& site, const Call& call, Fields sent) {
  Table& table = *site.instance.table(call.table);
  const Writing writing{site.instance, table.schema(), rules_of(site, call)};
  spoil_fields(call.firing, sent);
  Row row = new_record(writing);
  WriteResult result;
  result.refused = write_fields(writing, sent, row).refused;
  if (result.refused) return result;
  result.row = {site.instance.number_of(call.table), table.insert(std::move(row))};
  site.instance.settle();
  return result;
}

WriteResult change_record(Site& site, const Call& call, RowNumber row, Fields sent) {
  Table& table = *site.instance.table(call.table);
  const Writing writing{site.instance, table.schema(), rules_of(site, call)};
  WriteResult result{refused_end(call, sent), {site.instance.number_of(call.table), row}};
  if (result.refused) return result;
  spoil_fields(call.firing, sent);
  Row next = table.row(row);
  const auto outcome = write_fields(writing, sent, next);
  result.refused = outcome.refused;
  if (result.refused) return result;
  if (outcome.changed) {
    if (const auto by = table.schema().find("sys_updated_by")) next.set(*by, writing.rules.user);
    next.updated_on = writing.rules.now;
    ++next.mod_count;
    table.replace(row, std::move(next));
  }
  site.instance.settle();
  return result;
}

Reply rule_reply(const std::string& words) {
  return error_reply(403, "Operation Failed", words);
}

}  // namespace itsmc::sim::servicenow
