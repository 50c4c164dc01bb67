#include "partners/servicenow_event_intake.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_event.hpp"
#include "partners/servicenow_query.hpp"
#include "partners/servicenow_task_words.hpp"
#include "partners/servicenow_written.hpp"

namespace itsmc::partners::servicenow {
namespace {

using std::chrono::milliseconds;

// Events become alerts in a job of their own: short waits, then it is told that there is none yet.
constexpr std::array k_waits = {milliseconds(0), milliseconds(1000), milliseconds(2000)};
constexpr std::string_view k_event_fields =
    "sys_id,state,error_msg,processing_notes,sys_created_on,message_key,source,node,resource,type,"
    "metric_name";
constexpr int k_most_alerts = 100;

Error explained_event(const Error& error) {
  return explained(error, "this instance takes no events: Event Management is not active",
                   "activate the plug-in Event Management (com.glideapp.itom.snac); the user needs "
                   "evt_mgmt_integration to send events and evt_mgmt_operator to see alerts");
}

Error unreadable_alerts() {
  return {ErrorKind::denied,
          "the user may not read message_key of em_alert: alerts cannot be found again",
          "give the user the role evt_mgmt_operator"};
}

void refuse_first(const RecordDraft& event) {
  if (event.problems.empty()) return;
  const FieldProblem& first = event.problems.front();
  throw Error(ErrorKind::invalid, first.field + ": " + first.reason);
}

}  // namespace

RecordDraft EventIntake::drafted(const ItemDraft& draft) const {
  return draft_event(draft, instance_.client.served_at());
}

std::vector<FieldProblem> EventIntake::check(const ItemDraft& draft) {
  return drafted(draft).problems;
}

PlannedRequest EventIntake::planned(const FieldValues& fields) const {
  return {"POST", instance_.client.url(k_event_path, {}), event_body(fields)};
}

PlannedRequest EventIntake::plan(const ItemDraft& draft) {
  require_correlation_id(draft.correlation_id);
  const RecordDraft event = drafted(draft);
  refuse_first(event);
  return planned(event.fields);
}

/// A repeat only updates the alert of the same key: sent again where the answer was lost.
void EventIntake::send(const FieldValues& fields, const std::stop_token& stop) {
  nlohmann::json answer;
  try {
    answer = send_write(instance_.client, planned(fields), http::Replay::safe, stop);
  } catch (const Error& error) {
    throw Error(explained_event(error));
  }
  const auto count = inserted_events(answer);
  if (count == 1) return;
  throw Error(ErrorKind::protocol,
              count ? fmt::format("of 1 event that was sent ServiceNow took {}", *count)
                    : fmt::format("ServiceNow does not say whether it took the event: {}",
                                  excerpt(answer.dump(), 200)),
              "look at the instance's log (System Logs > All) for the reason");
}

Written EventIntake::create(const ItemDraft& draft, const std::stop_token& stop) {
  require_correlation_id(draft.correlation_id);
  RecordDraft event = drafted(draft);
  refuse_first(event);
  send(event.fields, stop);
  const auto alert = wait_for_alert(draft.type, draft.correlation_id, Wanted::any, stop);
  Written done = alert ? Written{*alert, {}} : not_yet(draft.correlation_id, stop);
  done.warnings.insert(done.warnings.begin(), event.warnings.begin(), event.warnings.end());
  return done;
}

/// The newest alert of the key. Absent when there is none (or none closed) after some waiting, and
/// when the user may not see alerts: the event itself was taken.
std::optional<FoundItem> EventIntake::wait_for_alert(WorkItemType type, std::string_view key,
                                                     Wanted wanted, const std::stop_token& stop) {
  for (const milliseconds wait : k_waits) {
    if (wait.count() > 0 && !instance_.wire.clock.wait_for(wait, stop)) {
      throw Error(ErrorKind::cancelled, "interrupted");
    }
    std::vector<FoundItem> found;
    try {
      found = find(type, key, stop);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::denied) throw;
      return std::nullopt;
    }
    const bool there = !found.empty() && (wanted == Wanted::any || !found.back().open);
    if (there) return found.back();
  }
  return std::nullopt;
}

/// An event without an alert: where it stands, as far as that can be seen.
Written EventIntake::not_yet(std::string_view key, const std::stop_token& stop) {
  EncodedQuery query;
  query.where("message_key", "=", key).clause("ORDERBYDESCsys_created_on");
  Written done;
  Records events;
  try {
    events = read_records(instance_.client,
                          {"em_event", query.text(), std::string(k_event_fields), 1}, stop);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied && !is_missing(error)) throw;
  }
  if (events.rows.empty()) {
    done.warnings.emplace_back("the event was taken; the user cannot see it or its alert");
    return done;
  }
  const Record& event = events.rows.front();
  done.item.id = event.value("sys_id");
  done.item.state = event.label("state");
  const bool failed = iequals(done.item.state, "Error") || iequals(done.item.state, "Ignored");
  const std::string notes = event.value("error_msg") + event.value("processing_notes");
  done.warnings.push_back(failed ? fmt::format("the event makes no alert, its state is {}{}{}",
                                               done.item.state, notes.empty() ? "" : ": ",
                                               excerpt(notes, 200))
                                 : "the event was taken; its alert is not there yet");
  return done;
}

std::vector<FoundItem> EventIntake::find(WorkItemType type, std::string_view key,
                                         const std::stop_token& stop) {
  require_correlation_id(key);
  EncodedQuery query;
  query.where("message_key", "=", key).order_by("sys_created_on").order_by("sys_id");
  Records records;
  try {
    records = read_records(
        instance_.client,
        {std::string(table_of(type)), query.text(), std::string(found_fields(type)), k_most_alerts},
        stop);
  } catch (const Error& error) {
    throw Error(explained_event(error));
  }
  std::vector<FoundItem> found;
  for (const Record& row : records.rows) {
    const std::string got = row.value("message_key");
    if (!iequals(got, key)) throw Error(unreadable_alerts());
    if (got == key) found.push_back(found_item(type, row, instance_.connection.url));
  }
  if (records.rows.empty() && records.count.value_or(0) > 0) {
    throw Error(hidden_items(table_of(type), *records.count));
  }
  return found;
}

Written EventIntake::change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                            const std::stop_token& stop) {
  return change.kind == ItemChange::Kind::comment ? comment(type, item, change, stop)
                                                  : clear(type, item, change, stop);
}

/// The alert, or the event where there was no alert yet: either tells the key.
Record EventIntake::read_source(const FoundItem& item, const std::stop_token& stop) {
  EncodedQuery query;
  query.where("sys_id", "=", item.id);
  for (const char* table : {"em_alert", "em_event"}) {
    const Records records = read_records(
        instance_.client,
        {table, query.text(), "sys_id,source,node,resource,type,metric_name,message_key", 1}, stop);
    if (records.rows.empty()) continue;
    const Record& row = records.rows.front();
    if (row.value("sys_id") == item.id && !row.value("message_key").empty()) return row;
  }
  throw Error(ErrorKind::not_found,
              fmt::format("no alert and no event has the id {}, or its message key may not be read",
                          excerpt(item.id, 60)));
}

Written EventIntake::comment(WorkItemType type, const FoundItem& item, const ItemChange& change,
                             const std::stop_token& stop) {
  FieldValues fields{{"work_notes", change.note}};
  if (!change.config_items.empty()) {
    add_note(fields, name_items("Affected as well:", change.config_items, 0));
  }
  for (const auto& [field, value] : change.set) set_field(fields, field, value);
  const PlannedRequest planned{
      "PATCH",
      instance_.client.url("/api/now/table/em_alert/" + percent_encode(item.id),
                           write_query(type, fields)),
      record_body(fields)};
  const auto answer = send_write(instance_.client, planned, http::Replay::never, stop);
  const auto result = answer.find("result");
  const Record record = result == answer.end() ? Record() : parse_record(*result);
  if (record.value("sys_id").empty()) {
    throw Error(ErrorKind::protocol, "the answer to the change of the alert names no record");
  }
  return {found_item(type, record, instance_.connection.url), compare_record(fields, record)};
}

Written EventIntake::clear(WorkItemType type, const FoundItem& item, const ItemChange& change,
                           const std::stop_token& stop) {
  const Record source = read_source(item, stop);
  FieldValues fields = clearing_event(source, change.note, instance_.client.served_at());
  for (const auto& [field, value] : change.set) set_field(fields, field, value);
  send(fields, stop);
  const std::string key = source.value("message_key");
  const auto closed = wait_for_alert(type, key, Wanted::closed, stop);
  if (closed) return {*closed, {}};
  return {item, {"the clearing event was taken; the alert is not closed yet"}};
}

}  // namespace itsmc::partners::servicenow
