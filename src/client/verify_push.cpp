#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/sinks/row.hpp"

namespace itsmc::client {
namespace {

// arg_max, not max: it compares versions as the saved function does.
constexpr const char* k_count_back =
    "| summarize n = count(), arg_max(RecordVersion_s, RecordKey_s) by "
    "ServiceDeskConnectionName_s, ServiceDeskWorkItemType_s\n"
    "| project ServiceDeskConnectionName_s, ServiceDeskWorkItemType_s, n, RecordVersion_s, "
    "RecordKey_s";

/// The work items of a stream that are not deleted, as one side holds them.
struct Held {
  std::int64_t rows = 0;
  std::string version, key;  // the newest
};

std::string_view column_word(WorkItemType type) {
  return type == WorkItemType::incident ? "Incident" : "ChangeRequest";
}

/// Of the answer's columns connection, type, n, version, key.
Held there(const sinks::QueryAnswer& answer, const PushReport& report) {
  for (const auto& row : answer.rows) {
    if (row.size() != 5 || row[0].text != report.connection) continue;
    if (row[1].text != column_word(report.type)) continue;
    return {.rows = row[2].integer, .version = row[3].text, .key = row[4].text};
  }
  return {};
}

Held here(const store::Store& store, const store::StreamKey& stream) {
  Held held;
  store.owed(stream, 0, [&held](store::ChangeSeq, const StoredItem& stored) {
    if (stored.deleted_at) return store::Visit::go_on;
    ++held.rows;
    std::string version = sinks::record_version(stored);
    if (version > held.version) {
      held.version = std::move(version);
      held.key = sinks::record_key(stored);
    }
    return store::Visit::go_on;
  });
  return held;
}

std::string or_none(const std::string& version) {
  return version.empty() ? "none" : version;
}

/// What differs, in words; empty when nothing does.
std::string difference(const PushReport& report, const Held& store, const Held& workspace) {
  const std::string what = fmt::format("{}s of {}", to_string(report.type), report.connection);
  if (workspace.rows < store.rows) {
    return fmt::format("{} of {} {} are not in the workspace",
                       with_separators(store.rows - workspace.rows), with_separators(store.rows),
                       what);
  }
  // More or newer than the store has is no loss: a store made anew, over fewer days, has fewer
  // rows, and what was purged here stays there. Whoever shows the counts says so.
  if (workspace.version >= store.version) return {};
  return fmt::format("the newest version of the {} is {} in the store ({}), {} in the workspace",
                     what, or_none(store.version), store.key, or_none(workspace.version));
}

void compare(PushReport& report, const Held& store, const Held& workspace) {
  report.in_store = store.rows;
  report.in_workspace = workspace.rows;
  const std::string differs = difference(report, store, workspace);
  if (differs.empty()) return;
  report.error = Error(
      ErrorKind::partly, fmt::format("{}: {}", report.workspace, differs),
      fmt::format("new rows are visible after some minutes; then: itsmc workspace push {0} "
                  "--verify; refused rows: itsmc workspace push {0} --rejected; if it stays: itsmc "
                  "workspace push {0} --from-zero",
                  report.workspace));
}

}  // namespace

void verify_push(const Platform& platform, const std::string& name,
                 std::vector<PushReport>& reports) {
  if (reports.empty()) return;
  const sinks::QueryAnswer answer =
      query_workspace(platform, name, k_count_back, QueryOver::latest);
  if (answer.partial) throw Error(*answer.partial);
  const store::Store store(platform.data_dir / "itsmc.db", store::OpenMode::read_only);
  for (PushReport& report : reports) {
    if (report.error || !report.reached) continue;
    compare(report, here(store, {report.connection, report.type}), there(answer, report));
  }
}

}  // namespace itsmc::client
