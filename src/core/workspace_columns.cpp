#include "itsmc/core/workspace_columns.hpp"

#include <array>
#include <vector>

#include "itsmc/core/work_item.hpp"

namespace itsmc {
namespace {

constexpr WorkspaceColumn text(std::string_view name, std::string_view meaning) {
  return {name, ColumnType::text, meaning};
}
constexpr WorkspaceColumn time(std::string_view name, std::string_view meaning) {
  return {name, ColumnType::time, meaning};
}

constexpr std::array k_first{
    time("TimeGenerated", "the moment of the sync"),
    text("RecordKey_s", "connection/type/id: the same for every version of a work item"),
    text("RecordVersion_s", "sorts as text: time of the last change, then the product's counter"),
    text("ServiceDeskConnectionName_s", "the connection it came through"),
    text("ServiceDeskWorkItemType_s", "Incident, ChangeRequest, Event or Alert"),
};

// The first six are what Microsoft's connector wrote (itsmc reference 5).
constexpr std::array k_log{
    time("TimeGenerated", "the moment of the sending"),
    text("LogType_s", "INFO, WARNING or ERROR"),
    text("Message", "what happened, in one sentence"),
    text("ExceptionMessage_s", "the failure, in the server's own words"),
    text("ServiceDeskConnectionName_s", "the connection"),
    time("StatusLogTime_t", "when it happened"),
    WorkspaceColumn{"ActionStatus_d", ColumnType::number, "1: done; 0: failed"},
    text("RecordKey_s", "run/connection/type: the same when a row was sent twice"),
    text("ServiceDeskWorkItemType_s", "Incident, ChangeRequest, Event or Alert"),
    text("RunId_s", "the run, as in sync history"),
    text("Status_s", "ok, partial, failed or interrupted"),
    WorkspaceColumn{"Fetched_d", ColumnType::number, "work items read"},
    WorkspaceColumn{"Changed_d", ColumnType::number, "work items created, updated or deleted"},
    WorkspaceColumn{"Seconds_d", ColumnType::number, "how long it took"},
};

}  // namespace

std::span<const WorkspaceColumn> service_desk_columns() noexcept {
  static const std::vector<WorkspaceColumn> columns = [] {
    std::vector<WorkspaceColumn> all(k_first.begin(), k_first.end());
    for (const Field& field : work_item_fields()) {
      if (field.column.empty()) continue;
      all.push_back({field.column,
                     field.kind == FieldKind::time ? ColumnType::time : ColumnType::text,
                     field.meaning});
      if (field.name == "state") all.push_back(text("CRState_s", "where the change stands"));
    }
    all.push_back(time("DeletedDate_t", "when it was found missing in the product"));
    return all;
  }();
  return columns;
}

std::span<const WorkspaceColumn> service_desk_log_columns() noexcept {
  return k_log;
}

}  // namespace itsmc
