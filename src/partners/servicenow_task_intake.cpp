#include "partners/servicenow_task_intake.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_query.hpp"
#include "partners/servicenow_send.hpp"
#include "partners/servicenow_task_words.hpp"
#include "partners/servicenow_written.hpp"

namespace itsmc::partners::servicenow {
namespace {

using nlohmann::json;

constexpr std::string_view k_parent = "task";
constexpr int k_most_found = 100;

/// Access rules may keep whole tables back, by a refusal or by an empty answer: then nothing of
/// them is checked.
bool is_kept_back(const Error& error) {
  return error.kind() == ErrorKind::denied || error.kind() == ErrorKind::not_found ||
         error.kind() == ErrorKind::protocol;
}

std::vector<Record> readable_rows(http::Client& client, const TableQuery& query,
                                  const std::stop_token& stop) {
  try {
    return read_records(client, query, stop).rows;
  } catch (const Error& error) {
    if (!is_kept_back(error)) throw;
    return {};
  }
}

}  // namespace

const TableRules& TaskIntake::rules(WorkItemType type, const std::vector<std::string>& elements,
                                    const std::stop_token& stop) {
  Known& known = known_[type];
  if (!known.read) {
    known.rules.table = table_of(type);
    read_dictionary(known, stop);
    known.read = true;
  }
  std::vector<std::string> missing;
  for (const std::string& element : elements) {
    if (known.elements.insert(element).second) missing.push_back(element);
  }
  if (missing.empty()) return known.rules;
  const auto query = choices_query(known.rules.table, k_parent, missing);
  add_choices(known.rules, readable_rows(instance_.client, query, stop));
  add_built_in_choices(known.rules, type);
  return known.rules;
}

void TaskIntake::read_dictionary(Known& known, const std::stop_token& stop) {
  const auto query = dictionary_query(known.rules.table, k_parent);
  add_fields(known.rules, readable_rows(instance_.client, query, stop));
}

const std::vector<Template>& TaskIntake::read_templates(const std::stop_token& stop) {
  if (templates_) return *templates_;
  std::vector<Template> all;
  for (const Record& row : read_records(instance_.client, template_query(), stop).rows) {
    all.push_back(parse_template(row));
  }
  try {
    for (Template& one : parse_standard_templates(
             instance_.client.get("/api/sn_chg_rest/change/standard/template", {}, stop))) {
      all.push_back(std::move(one));
    }
  } catch (const Error& error) {
    if (!is_kept_back(error)) throw;
  }
  templates_ = std::move(all);
  return *templates_;
}

std::vector<ItemTemplate> TaskIntake::templates(const std::stop_token& stop) {
  templates_.reset();
  std::vector<ItemTemplate> told;
  for (const Template& one : read_templates(stop)) told.push_back(one.told);
  return told;
}

TaskIntake::Prepared TaskIntake::prepare(const ItemDraft& draft, const std::stop_token& stop) {
  FieldValues of_template;
  std::string path = make_path(draft.type);
  std::string problem;
  if (!draft.template_name.empty()) {
    const ChosenTemplate chosen =
        choose_template(read_templates(stop), draft.type, draft.template_name);
    problem = chosen.problem;
    const bool standard =
        chosen.found != nullptr && chosen.found->kind == Template::Kind::standard_change;
    if (standard) path += "/standard/" + chosen.found->told.id;
    if (chosen.found != nullptr && !standard) of_template = chosen.found->told.fields;
  }
  const TableRules& known = rules(draft.type, choice_elements(draft, of_template), stop);
  const bool standard = path != make_path(draft.type);
  const auto required = standard ? Required::by_instance : Required::here;
  Prepared prepared{draft_record(draft, known, of_template, required), std::move(path)};
  RecordDraft& record = prepared.record;
  if (draft.type == WorkItemType::change_request && !standard) say_change_type(record.fields);
  resolve_names(record, known, stop);
  if (!problem.empty()) record.problems.push_back({"template", std::move(problem)});
  if (known.fields.empty() && !draft.set.empty()) {
    record.warnings.emplace_back("the fields were sent unchecked: sys_dictionary is not readable");
  }
  return prepared;
}

void TaskIntake::resolve_names(RecordDraft& record, const TableRules& known,
                               const std::stop_token& stop) {
  for (const NamedReference& named : names_to_resolve(record, known)) {
    const Resolved resolved = resolve_reference(named, [&](const TableQuery& query) {
      return readable_rows(instance_.client, query, stop);
    });
    if (!resolved.problem.empty()) record.problems.push_back({named.field, resolved.problem});
    record.fields[named.place].second = resolved.id;
  }
}

std::vector<FieldProblem> TaskIntake::check(const ItemDraft& draft, const std::stop_token& stop) {
  return prepare(draft, stop).record.problems;
}

PlannedRequest TaskIntake::planned(WorkItemType type, std::string_view method,
                                   std::string_view path, const FieldValues& fields) const {
  return {std::string(method), instance_.client.url(path, write_query(type, fields)),
          record_body(fields)};
}

PlannedRequest TaskIntake::plan(const ItemDraft& draft, const std::stop_token& stop) {
  require_correlation_id(draft.correlation_id);
  const Prepared prepared = prepare(draft, stop);
  refuse_problems(prepared.record.problems);
  return planned(draft.type, "POST", prepared.path, prepared.record.fields);
}

Written TaskIntake::create(const ItemDraft& draft, const std::stop_token& stop) {
  require_correlation_id(draft.correlation_id);
  Prepared prepared = prepare(draft, stop);
  refuse_problems(prepared.record.problems);
  const auto request = planned(draft.type, "POST", prepared.path, prepared.record.fields);
  json answer;
  try {
    answer = send_write(instance_.client, request, http::Replay::never, stop);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) {
      throw Error(explained_write(draft.type, error));
    }
    return after_refusal(draft, error, stop);
  }
  return written(draft, answer, std::move(prepared.record), stop);
}

/// A refusal may hide a done write: who may create but not read back is answered 403 after the
/// record was made (servicenow reference 2.5).
Written TaskIntake::after_refusal(const ItemDraft& draft, const Error& refusal,
                                  const std::stop_token& stop) {
  std::vector<FoundItem> found;
  try {
    found = find(draft.type, draft.correlation_id, stop);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) throw;
    throw Error(
        Error(ErrorKind::unavailable,
              fmt::format("whether the item was made is not known: {}; and {}", refusal.text(),
                          error.text()),
              "give the user read access to correlation_id and correlation_display of the table")
            .with_request_id(refusal.request_id()));
  }
  if (found.empty()) throw Error(refusal);
  return {found.front(),
          {fmt::format("the instance refused, but had made the item: {}", refusal.text())}};
}

Written TaskIntake::written(const ItemDraft& draft, const json& answer, RecordDraft record,
                            const std::stop_token& stop) {
  const auto result = answer.find("result");
  const Record made = result == answer.end() ? Record() : parse_record(*result);
  if (made.value("sys_id").empty()) {
    const auto found = find(draft.type, draft.correlation_id, stop);
    if (found.empty()) throw Error(nothing_made(draft.type, answer));
    return {found.front(), std::move(record.warnings)};
  }
  Written done{found_item(draft.type, made, instance_.connection.url), std::move(record.warnings)};
  FieldValues compared = record.fields;
  for (const std::string& field : ignored_fields(*result)) {
    done.warnings.push_back(fmt::format("{} was ignored by the Change Management API", field));
    std::erase_if(compared, [&field](const auto& entry) { return entry.first == field; });
  }
  for (std::string& warning : compare_record(compared, made)) {
    done.warnings.push_back(std::move(warning));
  }
  return done;
}

/// A field that the user may not read is missing from rows, and conditions on it may be dropped:
/// then "none found" would mean nothing (servicenow reference 2.3, 2.8).
void TaskIntake::require_readable(WorkItemType type, const std::stop_token& stop) {
  if (readable_.contains(type)) return;
  const Records any = read_records(
      instance_.client,
      {std::string(table_of(type)), "ORDERBYDESCsys_created_on", "sys_id,correlation_id", 1}, stop);
  const bool refused = !any.rows.empty() && !any.rows.front().has("correlation_id");
  if (refused) throw Error(unreadable_key(table_of(type)));
  if (!any.rows.empty()) readable_.insert(type);
}

std::vector<FoundItem> TaskIntake::find(WorkItemType type, std::string_view correlation_id,
                                        const std::stop_token& stop) {
  require_correlation_id(correlation_id);
  EncodedQuery query;
  query.where("correlation_id", "=", correlation_id);
  query.where("correlation_display", "=", k_correlation_display);
  query.order_by("sys_created_on").order_by("sys_id");
  const Records records = read_records(
      instance_.client,
      {std::string(table_of(type)), query.text(), std::string(found_fields(type)), k_most_found},
      stop);
  std::vector<FoundItem> found;
  for (const Record& row : records.rows) {
    // The database compares without case; an id of ours is its letters.
    const std::string key = row.value("correlation_id");
    if (!iequals(key, correlation_id)) throw Error(unreadable_key(table_of(type)));
    if (key == correlation_id) {
      found.push_back(found_item(type, row, instance_.connection.url));
    }
  }
  const auto shown = static_cast<std::int64_t>(records.rows.size());
  if (records.count.value_or(0) > shown && shown < k_most_found) {
    throw Error(hidden_items(table_of(type), *records.count - shown));
  }
  if (records.rows.empty()) require_readable(type, stop);
  return found;
}

Written TaskIntake::change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                           const std::stop_token& stop) {
  const FieldValues fields = fields_of(type, item, change, stop);
  if (change.kind == ItemChange::Kind::comment) return patch(type, item, fields, stop);
  try {
    Written done = patch(type, item, fields, stop);
    if (!done.item.open) return done;
    return note_instead(type, item, change,
                        fmt::format("the instance left it in the state {}", done.item.state), stop);
  } catch (const Error& error) {
    // A data policy, a business rule or an access rule says no; a bare 400 is the state model's.
    if (error.kind() != ErrorKind::denied && error.kind() != ErrorKind::protocol) throw;
    return note_instead(type, item, change, error.text(), stop);
  }
}

/// What is sent: what the partner sets itself, below what the user set.
FieldValues TaskIntake::fields_of(WorkItemType type, const FoundItem& item,
                                  const ItemChange& change, const std::stop_token& stop) {
  ItemDraft asked;
  asked.set = change.set;
  const TableRules& known = rules(type, choice_elements(asked, {}), stop);
  RecordDraft record = check_fields(change.set, known);
  resolve_names(record, known, stop);
  refuse_problems(record.problems);
  FieldValues fields;
  if (change.kind == ItemChange::Kind::comment) {
    fields = {{"work_notes", change.note}};
  } else {
    fields = closing_notes(change.note, known);
    fields.emplace_back("state", ended_state(type));
    if (!has_field(record.fields, "close_code")) {
      fields.emplace_back("close_code", usual_close_code(type, stop));
    }
  }
  for (const auto& [field, value] : record.fields) set_field(fields, field, value);
  if (!change.config_items.empty()) link_items(type, item, change, fields, stop);
  return fields;
}

void TaskIntake::link_items(WorkItemType type, const FoundItem& item, const ItemChange& change,
                            FieldValues& fields, const std::stop_token& stop) {
  EncodedQuery query;
  query.where("sys_id", "=", item.id);
  const Records now = read_records(
      instance_.client, {std::string(table_of(type)), query.text(), "sys_id,cmdb_ci", 1}, stop);
  const bool free = !now.rows.empty() && now.rows.front().value("cmdb_ci").empty();
  if (free && !has_field(fields, "cmdb_ci")) {
    fields.emplace_back("cmdb_ci", change.config_items.front().id);
  }
  const std::size_t first = free ? 1 : 0;
  if (first >= change.config_items.size()) return;
  add_note(fields, name_items("Affected as well:", change.config_items, first));
}

std::string TaskIntake::usual_close_code(WorkItemType type, const std::stop_token& stop) {
  return choose_close_code(type, rules(type, {"close_code"}, stop).options("close_code"));
}

Written TaskIntake::patch(WorkItemType type, const FoundItem& item, const FieldValues& fields,
                          const std::stop_token& stop) {
  const auto request = planned(type, "PATCH", item_path(type, item.id), fields);
  // A journal entry would come twice.
  const bool journal = has_field(fields, "work_notes") || has_field(fields, "comments");
  const auto replay = journal ? http::Replay::never : http::Replay::safe;
  json answer;
  try {
    answer = send_write(instance_.client, request, replay, stop);
  } catch (const Error& error) {
    throw Error(explained_write(type, error));
  }
  const auto result = answer.find("result");
  const Record record = result == answer.end() ? Record() : parse_record(*result);
  if (record.value("sys_id").empty()) {
    throw Error(ErrorKind::protocol,
                fmt::format("the answer to the change of {} names no record", item.number));
  }
  return {found_item(type, record, instance_.connection.url), compare_record(fields, record)};
}

Written TaskIntake::note_instead(WorkItemType type, const FoundItem& item, const ItemChange& change,
                                 const std::string& reason, const std::stop_token& stop) {
  Written noted = patch(type, item, {{"work_notes", change.note}}, stop);
  noted.warnings.push_back(fmt::format("{} could not be resolved, a work note was left instead: {}",
                                       item.number, reason));
  return noted;
}

}  // namespace itsmc::partners::servicenow
