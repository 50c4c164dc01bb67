// Identification and reconciliation of configuration items: servicenow reference 7.
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "servicenow/answers.hpp"
#include "servicenow/record_write.hpp"

namespace itsmc::sim::servicenow {
namespace {

using nlohmann::json;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::vector<RowNumber> named(const Table& items, const std::string& name) {
  std::vector<RowNumber> found;
  const auto column = items.schema().at("name");
  for (const auto row : items.by_id()) {
    const std::string has(items.row(row).stored(column).value_or(""));
    if (!name.empty() && lower(has) == lower(name)) found.push_back(row);
  }
  return found;
}

json attempt(const char* result) {
  return {{"identifierName", "Hardware Rule"},
          {"attemptResult", result},
          {"attributes", json::array({"name"})},
          {"searchOnTable", "cmdb_ci_hardware"},
          {"hybridEntryCiAttributes", json::array()}};
}

json outcome(const std::string& klass, const std::string& operation, const std::string& id,
             const json& attempts) {
  return {{"className", klass},
          {"operation", operation},
          {"sysId", id},
          {"identifierEntrySysId", "556eb250c3400200d8d4bea192d3ae92"},
          {"identificationAttempts", attempts},
          {"markers", json::array()},
          {"inputIndices", json::array({0})},
          {"mergedPayloadIds", json::array()},
          {"errorCount", 0}};
}

json failed(const std::string& klass, const std::string& code, const json& attempts) {
  json item = outcome(klass, "", "Unknown", attempts);
  item["errors"] = json::array(
      {{{"error", code}, {"message", "In payload no set of input attributes identifies the CI"}}});
  item["errorCount"] = 1;
  return item;
}

enum class Way { commit, dry_run };

json insert_item(Site& site, Call call, const std::string& klass, const json& values) {
  Fields sent{{"sys_class_name", klass}};
  for (const auto& [name, value] : values.items()) {
    sent.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  sent.push_back({"discovery_source", call.request.param_or("sysparm_data_source", "")});
  call.table = "cmdb_ci";
  const WriteResult result = insert_record(site, call, std::move(sent));
  const Table& items = site.instance.table(result.row.table);
  return outcome(klass, "INSERT", std::string(items.row(result.row.row).sys_id.text()),
                 json::array({attempt("NO_MATCH")}));
}

json identify_item(Site& site, const Call& call, const json& item, Way way) {
  const std::string klass = item.value("className", "");
  const json values = item.value("values", json::object());
  const std::string name = values.value("name", "");
  const std::string source = call.request.param_or("sysparm_data_source", "");
  if (const auto* code = call.firing.argument("ire-errors")) return failed(klass, *code, {});
  if (!klass.starts_with("cmdb_ci") || name.empty()) {
    return failed(klass,
                  name.empty() ? "MISSING_MATCHING_ATTRIBUTES" : "IDENTIFICATION_RULE_MISSING",
                  json::array());
  }
  const bool known = site.instance.choice_label("cmdb_ci", "discovery_source", source) != nullptr;
  if (!known || call.firing.has("ire-incomplete")) {
    return outcome(klass, "INSERT_AS_INCOMPLETE", "Unknown", json::array({attempt("NO_MATCH")}));
  }
  const Table& items = *site.instance.table("cmdb_ci");
  const auto found = named(items, name);
  if (found.size() > 1) {
    return failed(klass, "DUPLICATE_RECORDS", json::array({attempt("MULTI_MATCH")}));
  }
  if (found.size() == 1) {
    return outcome(klass, "NO_CHANGE", std::string(items.row(found[0]).sys_id.text()),
                   json::array({attempt("MATCHED")}));
  }
  const bool nothing = call.firing.has("ire-unknown") || call.firing.has("nothing-made");
  if (way == Way::dry_run || nothing) {
    return outcome(klass, "INSERT", "Unknown", json::array({attempt("NO_MATCH")}));
  }
  return insert_item(site, call, klass, values);
}

}  // namespace

Reply identify(Site& site, const Call& call, std::string_view way) {
  const bool dry = way == "query" || way == "queryEnhanced";
  if (!way.empty() && way != "enhanced" && !dry) return no_resource();
  if (call.request.method != "POST") return error_reply(405, "Method not supported", std::nullopt);
  const auto* role = call.firing.argument("no-role");
  if (call.firing.has("acl-write") || (role && *role == "itil")) {
    return error_reply(403, "User Not Authorized", "Failed API level ACL Validation");
  }
  const json body = json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || !body.contains("items") || !body["items"].is_array()) {
    return error_reply(400, "Exception while reading request", "The payload is not valid JSON.");
  }
  const std::unique_lock lock(site.instance.lock);
  json items = json::array();
  for (const json& item : body["items"]) {
    items.push_back(identify_item(site, call, item, dry ? Way::dry_run : Way::commit));
  }
  return json_reply(200, json{{"result",
                               {{"items", items},
                                {"additionalCommittedItems", json::array()},
                                {"relations", json::array()}}}}
                             .dump());
}

}  // namespace itsmc::sim::servicenow
