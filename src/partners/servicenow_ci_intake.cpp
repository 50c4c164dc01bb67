#include "partners/servicenow_ci_intake.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/intake_words.hpp"
#include "partners/servicenow_query.hpp"
#include "partners/servicenow_rules.hpp"
#include "partners/servicenow_send.hpp"
#include "partners/servicenow_written.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr std::string_view k_engine = "/api/now/identifyreconcile";
constexpr std::string_view k_source_field = "discovery_source";
constexpr std::string_view k_field_of_all = "name";
constexpr std::string_view k_engine_dry = "/api/now/identifyreconcile/query";

Error explained_engine(const Error& error) {
  return explained(error, "this instance has no identification and reconciliation engine",
                   "the user needs the role itil or asset (some instances ask for "
                   "cmdb_inst_admin) to make configuration items");
}

FieldValues sent_fields(const CiDraft& draft) {
  FieldValues sent{{"name", draft.name}};
  if (!draft.fqdn.empty()) sent.emplace_back("fqdn", draft.fqdn);
  if (!draft.ip.empty()) sent.emplace_back("ip_address", draft.ip);
  for (const auto& [field, value] : draft.set) {
    if (field != k_source_field) sent.emplace_back(field, value);
  }
  return sent;
}

bool is_column_name(std::string_view text) {
  constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !text.empty() && text.find_first_not_of(k_letters) == std::string_view::npos;
}

/// By the dictionary's rows. Where they lack what every class has, the user may not read them: then
/// only what can be no field at all is told.
std::vector<FieldProblem> unknown_fields(const CiDraft& draft, const std::vector<Record>& rows) {
  const auto stands = [&rows](std::string_view element) {
    return std::any_of(rows.begin(), rows.end(),
                       [element](const Record& row) { return row.value("element") == element; });
  };
  std::vector<FieldProblem> problems;
  for (const auto& [field, value] : draft.set) {
    if (field == k_source_field || (stands(k_field_of_all) && stands(field))) continue;
    if (is_column_name(field) && !stands(k_field_of_all)) continue;
    problems.push_back({field, "no class of the CMDB has such a field"});
  }
  return problems;
}

}  // namespace

std::vector<ConfigItem> CiIntake::find(const CiQuery& query, const std::stop_token& stop) {
  for (const CiStep& step : ci_steps(query)) {
    Records records;
    try {
      records = read_records(instance_.client, ci_question(step), stop);
    } catch (const Error& error) {
      // A class that this instance does not have, or keeps back, is one place less to look.
      const bool skip = error.kind() == ErrorKind::denied || is_missing(error);
      if (step.table == "cmdb_ci" || !skip) throw;
      continue;
    }
    auto found = ci_answers(step, records);
    if (!found.empty()) return found;
  }
  return {};
}

PlannedRequest CiIntake::planned(std::string_view path, const CiPayload& payload) const {
  return {"POST", instance_.client.url(path, {{"sysparm_data_source", payload.source}}),
          payload.body};
}

/// The engine drops a field that it does not know, and makes the item without a word: better said
/// before.
void CiIntake::require_fields(const CiDraft& draft, const std::stop_token& stop) {
  std::string elements(k_field_of_all);
  for (const auto& [field, value] : draft.set) {
    if (is_column_name(field)) elements += "," + field;
  }
  if (draft.set.empty()) return;
  EncodedQuery query;
  query.where("name", "STARTSWITH", "cmdb").where("element", "IN", elements);
  std::vector<Record> rows;
  try {
    rows = read_records(instance_.client,
                        {"sys_dictionary", query.order_by("sys_id").text(), "name,element", 1000},
                        stop)
               .rows;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied && !is_missing(error)) throw;
  }
  refuse_problems(unknown_fields(draft, rows));
}

/// Without a valid source the payload goes to the incomplete ones and nothing is made (reference
/// 7): better said before.
void CiIntake::require_source(const CiPayload& payload, const std::stop_token& stop) {
  if (!sources_) {
    EncodedQuery query;
    query.where("name", "=", "cmdb_ci").where("element", "=", "discovery_source");
    try {
      sources_ = read_records(instance_.client,
                              {"sys_choice", query.order_by("sys_id").text(),
                               "name,element,value,label,language,inactive", 1000},
                              stop)
                     .rows;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::denied) throw;
      sources_.emplace();  // then the engine's own answer tells
    }
  }
  TableRules rules;
  rules.table = "cmdb_ci";
  add_choices(rules, *sources_);
  const auto options = rules.options("discovery_source");
  if (options.empty()) return;
  const Matched matched = match_choice(options, payload.source);
  if (matched.value == payload.source) return;
  throw Error(ErrorKind::invalid,
              "discovery_source: " + (matched.problem.empty()
                                          ? fmt::format("write it as \"{}\"", matched.value)
                                          : matched.problem));
}

CiOutcome CiIntake::ask_engine(const CiPayload& payload, IreCall call,
                               const std::stop_token& stop) {
  const bool dry = call == IreCall::dry_run;
  const auto request = planned(dry ? k_engine_dry : k_engine, payload);
  // The dry run is a read, though it is a POST.
  const auto replay = dry ? http::Replay::safe : http::Replay::never;
  nlohmann::json answer;
  try {
    answer = send_write(instance_.client, request, replay, stop);
  } catch (const Error& error) {
    throw Error(explained_engine(error));
  }
  return read_ire(answer, call, payload.source);
}

PlannedRequest CiIntake::plan(const CiDraft& draft, const std::stop_token& stop) {
  const CiPayload payload = ci_payload(draft);
  require_fields(draft, stop);
  require_source(payload, stop);
  (void)ask_engine(payload, IreCall::dry_run, stop);
  return planned(k_engine, payload);
}

CiWritten CiIntake::create(const CiDraft& draft, const std::stop_token& stop) {
  const CiPayload payload = ci_payload(draft);
  require_fields(draft, stop);
  require_source(payload, stop);
  (void)ask_engine(payload, IreCall::dry_run, stop);
  return read_back(ask_engine(payload, IreCall::commit, stop), draft, stop);
}

CiWritten CiIntake::read_back(const CiOutcome& outcome, const CiDraft& draft,
                              const std::stop_token& stop) {
  const FieldValues sent = sent_fields(draft);
  std::string fields = "sys_id,sys_class_name,name,fqdn";
  for (const auto& [field, value] : sent) fields += "," + field;
  EncodedQuery query;
  query.where("sys_id", "=", outcome.id);
  CiWritten done;
  done.existed = outcome.operation != "INSERT";
  done.item = {outcome.id, draft.name, draft.fqdn, outcome.klass};
  const Records back =
      read_records(instance_.client, {"cmdb_ci", query.text(), std::move(fields), 1}, stop);
  if (back.rows.empty() || back.rows.front().value("sys_id") != outcome.id) {
    done.warnings.push_back(fmt::format("ServiceNow says {} of {}, but the user cannot read it",
                                        outcome.operation, outcome.id));
    return done;
  }
  done.item = config_item(back.rows.front());
  done.warnings = compare_record(sent, back.rows.front());
  return done;
}

}  // namespace itsmc::partners::servicenow
