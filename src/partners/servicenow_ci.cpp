#include "partners/servicenow_ci.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/ci_names.hpp"
#include "partners/json_part.hpp"
#include "partners/servicenow_query.hpp"

namespace itsmc::partners::servicenow {
namespace {

using nlohmann::json;
using Match = CiStep::Match;

constexpr std::string_view k_ci_fields =
    "sys_id,name,fqdn,ip_address,correlation_id,object_id,sys_class_name,install_status,"
    "operational_status,duplicate_of";

std::string_view before_dot(std::string_view name) {
  return name.substr(0, name.find('.'));
}

std::string_view field_of(Match match) {
  switch (match) {
    case Match::id:
      return "sys_id";
    case Match::resource:
      return "correlation_id";
    case Match::fqdn:
    case Match::fqdn_of:
      return "fqdn";
    case Match::ip:
      return "ip_address";
    case Match::name:
    case Match::short_of:
      break;
  }
  return "name";
}

// install_status 7 Retired, 100 Absent; operational_status 6 Retired (servicenow reference 7).
bool is_in_use(const Record& record) {
  const std::string installed = record.value("install_status");
  return installed != "7" && installed != "100" && record.value("operational_status") != "6" &&
         record.value("duplicate_of").empty();
}

bool is_meant(const CiStep& step, const Record& record) {
  const std::string fqdn = record.value("fqdn");
  switch (step.match) {
    case Match::id:
      return iequals(record.value("sys_id"), step.word);
    case Match::resource:
      return iequals(record.value("correlation_id"), step.word) ||
             iequals(record.value("object_id"), step.word);
    case Match::fqdn:
      return iequals(fqdn, step.word);
    case Match::ip:
      return record.value("ip_address") == step.word;
    case Match::name:
      return iequals(record.value("name"), step.word);
    case Match::short_of:
      // A namesake of another domain is another one.
      return iequals(record.value("name"), before_dot(step.word)) &&
             (fqdn.empty() || iequals(fqdn, step.word));
    case Match::fqdn_of:
      return iequals(before_dot(fqdn), step.word);
  }
  return false;
}

void add_name_steps(std::vector<CiStep>& steps, const std::string& name) {
  if (name.empty()) return;
  steps.push_back({Match::name, name});
  if (is_dotted_name(name)) {
    steps.push_back({Match::fqdn, name});
    steps.push_back({Match::short_of, name});
  } else {
    steps.push_back({Match::fqdn_of, name});
  }
}

/// "MISSING_DEPENDENCY: ..." of {"error":"MISSING_DEPENDENCY","message":"..."}.
std::string error_words(const json& errors) {
  std::vector<std::string> words;
  for (const json& error : errors) {
    if (error.is_string()) words.push_back(error.get<std::string>());
    const std::string code = text_part(error, "error");
    const std::string message = text_part(error, "message");
    const bool both = !code.empty() && !message.empty();
    if (!code.empty() || !message.empty()) {
      words.push_back(fmt::format("{}{}{}", code, both ? ": " : "", message));
    }
  }
  return excerpt(join(words, "; "), 400);
}

void refuse_many(const json& item) {
  for (const json& attempt : list_part(item, "identificationAttempts")) {
    if (text_part(attempt, "attemptResult") != "MULTI_MATCH") continue;
    std::vector<std::string> attributes;
    for (const json& attribute : list_part(attempt, "attributes")) {
      if (attribute.is_string()) attributes.push_back(attribute.get<std::string>());
    }
    throw Error(ErrorKind::ambiguous,
                fmt::format("ServiceNow's identification finds several configuration items by {} "
                            "in {}",
                            join(attributes, ", "), text_part(attempt, "searchOnTable")),
                "remediate the duplicates (Configuration > Identification/Reconciliation > "
                "Duplicate CIs), then run the command again");
  }
}

Error nothing_made(const std::string& operation, const std::string& words,
                   std::string_view source) {
  const bool kept = operation.starts_with("INSERT_AS_");
  std::string text = fmt::format("ServiceNow made no configuration item{}{}{}",
                                 operation.empty() ? "" : fmt::format(" ({})", operation),
                                 words.empty() ? "" : ": ", words);
  if (kept) text += ": the payload was kept aside as incomplete";
  return {ErrorKind::protocol, std::move(text),
          fmt::format("check that \"{}\" is a choice of the field discovery_source of cmdb_ci "
                      "(--set discovery_source=...), and that the class has an identification "
                      "rule whose attributes are given",
                      source)};
}

bool is_success(std::string_view operation) {
  constexpr std::array k_done = {"INSERT", "NO_CHANGE"};
  return std::find(k_done.begin(), k_done.end(), operation) != k_done.end() ||
         operation.starts_with("UPDATE");
}

}  // namespace

std::vector<CiStep> ci_steps(const CiQuery& query) {
  std::vector<CiStep> steps;
  if (is_sys_id(query.id)) {
    steps.push_back({Match::id, query.id});
  } else if (!query.id.empty()) {
    steps.push_back({Match::resource, query.id});
    // Where Discovery keeps the Azure resource id of a machine (servicenow reference 7).
    steps.push_back({Match::resource, query.id, "cmdb_ci_vm_instance"});
  }
  if (!query.fqdn.empty()) {
    steps.push_back({Match::fqdn, query.fqdn});
    steps.push_back({Match::name, query.fqdn});
    if (is_dotted_name(query.fqdn)) steps.push_back({Match::short_of, query.fqdn});
  }
  add_name_steps(steps, query.name);
  if (!query.ip.empty()) steps.push_back({Match::ip, query.ip});
  // The instance would run such a word; no name is like that (servicenow reference 3.1).
  std::erase_if(steps, [](const CiStep& step) {
    return to_lower(step.word).find("javascript:") != std::string::npos;
  });
  return steps;
}

TableQuery ci_question(const CiStep& step) {
  EncodedQuery query;
  if (step.match == Match::short_of) {
    query.where("name", "=", before_dot(step.word));
  } else if (step.match == Match::fqdn_of) {
    query.where("fqdn", "STARTSWITH", step.word + ".");
  } else if (step.match == Match::resource && step.table != "cmdb_ci") {
    query.where("object_id", "=", step.word);
  } else {
    query.where(field_of(step.match), "=", step.word);
  }
  return {step.table, query.order_by("sys_id").text(), std::string(k_ci_fields), 200};
}

std::vector<ConfigItem> ci_answers(const CiStep& step, const Records& records) {
  std::vector<ConfigItem> items;
  for (const Record& record : records.rows) {
    if (is_meant(step, record) && is_in_use(record)) items.push_back(config_item(record));
  }
  return items;
}

ConfigItem config_item(const Record& record) {
  return {record.value("sys_id"), record.value("name"), record.value("fqdn"),
          record.value("sys_class_name")};
}

// {"items":[{"className":"cmdb_ci_server","internal_id":"1","values":{"name":"app07"}}],
// "relations":[]} (servicenow reference 7).
CiPayload ci_payload(const CiDraft& draft) {
  CiPayload payload;
  payload.source = k_usual_source;
  nlohmann::ordered_json values = nlohmann::ordered_json::object();
  const auto put = [&values](const char* field, const std::string& value) {
    if (!value.empty()) values[field] = value;
  };
  put("name", draft.name);
  put("fqdn", draft.fqdn);
  put("ip_address", draft.ip);
  for (const auto& [field, value] : draft.set) {
    if (field == "discovery_source") {
      payload.source = value;
    } else {
      values[field] = value;
    }
  }
  const std::string klass = draft.klass.empty() ? std::string(k_usual_class) : draft.klass;
  nlohmann::ordered_json item{{"className", klass}, {"internal_id", "1"}, {"values", values}};
  payload.body = nlohmann::ordered_json{{"items", nlohmann::ordered_json::array({item})},
                                        {"relations", nlohmann::ordered_json::array()}}
                     .dump(-1, ' ', false, json::error_handler_t::replace);
  return payload;
}

// {"result":{"items":[{"className":"cmdb_ci_linux_server","operation":"UPDATE","sysId":"5397..",
// "identificationAttempts":[{"attemptResult":"MATCHED","attributes":["name"],
// "searchOnTable":"cmdb_ci_hardware"}],"errorCount":0}],"relations":[]}}
// (fixture docs_ire_createorupdate_200.json).
CiOutcome read_ire(const json& answer, IreCall call, std::string_view source) {
  const auto result = answer.find("result");
  const json items = result == answer.end() ? json::array() : list_part(*result, "items");
  if (items.empty()) throw Error(nothing_made("", "the answer has no item", source));
  const json& item = items.front();
  refuse_many(item);
  CiOutcome outcome{text_part(item, "sysId"), text_part(item, "className"),
                    text_part(item, "operation")};
  const json errors = list_part(item, "errors");
  const bool failed = !errors.empty() || item.value("errorCount", 0) > 0;
  if (failed || !is_success(outcome.operation)) {
    throw Error(nothing_made(outcome.operation, error_words(errors), source));
  }
  // A dry run of an INSERT has no sys_id to tell; after a commit "Unknown" means that nothing
  // usable was made (servicenow reference 7).
  if (call == IreCall::commit && !is_sys_id(outcome.id)) {
    throw Error(
        nothing_made(outcome.operation, "sysId \"" + excerpt(outcome.id, 60) + '"', source));
  }
  return outcome;
}

}  // namespace itsmc::partners::servicenow
