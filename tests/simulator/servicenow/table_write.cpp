#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "servicenow/answers.hpp"
#include "servicenow/record_rules.hpp"
#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::size_t k_largest_body = 10'485'760;

std::string field_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return {};
  if (value.is_object()) return value.contains("value") ? field_text(value["value"]) : "";
  return value.dump();
}

// The fields of the body, or the refusal. Of an array only the first record counts
// (servicenow reference 2.1).
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

std::optional<Reply> refused(const Site& site, const Call& call, std::string_view operation) {
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

Reply policy_reply(const std::string& words) {
  return error_reply(403, "Operation Failed", words);
}

Reply written(Site& site, const Call& call, int status, const RowRef& row) {
  if (call.request.header("X-no-response-body") == "true") {
    Reply reply;
    reply.status = status;
    return reply;
  }
  return json_reply(status, site.pages.record(row, view_of(site, call)));
}

}  // namespace

Reply create_record(Site& site, const Call& call) {
  if (auto reply = refused(site, call, "Insert")) return *std::move(reply);
  Fields sent;
  if (auto reply = read_body(call.request, sent)) return *std::move(reply);
  if (const auto* words = call.firing.argument("data-policy-403")) {
    return policy_reply("Data Policy Exception: The following fields are mandatory: " +
                        (words->empty() ? "Resolution code" : *words));
  }
  const std::unique_lock lock(site.instance.lock);
  Table& table = *site.instance.table(call.table);
  const Writing writing{site.instance, table.schema(), rules_of(site, call)};
  Row row = new_record(writing);
  const auto outcome = write_fields(writing, sent, row);
  if (outcome.refused) return policy_reply(*outcome.refused);
  const std::string id(row.sys_id.text());
  const RowRef place{site.instance.number_of(call.table), table.insert(std::move(row))};
  site.instance.settle();
  // Created, and refused all the same: the user may not read it back (servicenow reference 2.5).
  if (call.firing.has("insert-403")) return acl_exception("Insert");
  Reply reply = written(site, call, 201, place);
  reply.set_header("Location", "https://" + site.settings.foreign_name + call.api_prefix() +
                                   "/table/" + call.table + "/" + id);
  return reply;
}

Reply update_record(Site& site, const Call& call) {
  if (auto reply = refused(site, call, "Update")) return *std::move(reply);
  Fields sent;
  if (auto reply = read_body(call.request, sent)) return *std::move(reply);
  const std::unique_lock lock(site.instance.lock);
  Table& table = *site.instance.table(call.table);
  const auto number = table.find(Key(call.id));
  if (!number || call.id.size() > 32) return no_record();
  const RowRef place{site.instance.number_of(call.table), *number};
  if (hidden_by_acl(site, call.firing, place)) return no_record();
  const Writing writing{site.instance, table.schema(), rules_of(site, call)};
  Row next = table.row(*number);
  const auto outcome = write_fields(writing, sent, next);
  if (outcome.refused) return policy_reply(*outcome.refused);
  if (outcome.changed) {
    if (const auto by = table.schema().find("sys_updated_by")) next.set(*by, writing.rules.user);
    next.updated_on = writing.rules.now;
    ++next.mod_count;
    table.replace(*number, std::move(next));
  }
  site.instance.settle();
  return written(site, call, 200, place);
}

Reply delete_record(Site& site, const Call& call) {
  if (auto reply = refused(site, call, "Delete")) return *std::move(reply);
  const std::unique_lock lock(site.instance.lock);
  Table& table = *site.instance.table(call.table);
  const auto number = table.find(Key(call.id));
  if (!number || call.id.size() > 32) return no_record();
  const Row& row = table.row(*number);
  Table& audit = *site.instance.table("sys_audit_delete");
  RowMaker maker(audit.schema(), key_for("sys_audit_delete", call.table + call.id),
                 site.bench.clock.now());
  Scratch scratch;
  maker.set("tablename", call.table).set("documentkey", call.id);
  maker.set("display_value", value_of(table.schema(), row, table.schema().display(), scratch));
  maker.set("sys_created_by", call.session.user);
  if (!audit.find(maker.row.sys_id)) audit.insert(std::move(maker.row));
  table.remove(*number);
  site.instance.settle();
  Reply reply;
  reply.status = 204;
  return reply;
}

}  // namespace itsmc::sim::servicenow
