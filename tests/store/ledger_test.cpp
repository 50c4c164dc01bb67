#include <catch2/catch.hpp>

#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using store::Store;

namespace {

StreamReport report_of(const store::StreamKey& stream, StreamState status) {
  StreamReport report;
  report.connection = stream.connection;
  report.type = stream.type;
  report.status = status;
  report.pages = 1;
  report.requests = 2;
  report.fetched = 3;
  report.created = 4;
  report.updated = 5;
  report.unchanged = 6;
  report.deleted = 7;
  report.hidden = 8;
  report.throttled_seconds = 1.5;
  report.seconds = 2.25;
  report.from = at(10);
  return report;
}

}  // namespace

TEST_CASE("a line of the ledger keeps all that a report says") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  const std::int64_t run = store.begin_run("run-7", k_changes, at(100));
  StreamReport report = report_of(k_changes, StreamState::failed);
  report.error =
      Error(ErrorKind::throttled, "wait until noon", "itsmc sync run prod").with_request_id("a1b2");
  store.end_run(run, report, at(130));
  const LedgerLine line = store.history({.connections = {"prod"}, .limit = 1}).at(0);
  CHECK(line.run == "run-7");
  CHECK(line.started == at(100));
  CHECK(line.ended == at(130));
  CHECK(line.status == "failed");
  CHECK(line.error == "wait until noon");
  CHECK(line.report.connection == "prod");
  CHECK(line.report.type == WorkItemType::change_request);
  CHECK(line.report.status == StreamState::failed);
  CHECK(line.report.pages == 1);
  CHECK(line.report.requests == 2);
  CHECK(line.report.fetched == 3);
  CHECK(line.report.created == 4);
  CHECK(line.report.updated == 5);
  CHECK(line.report.unchanged == 6);
  CHECK(line.report.deleted == 7);
  CHECK(line.report.hidden == 8);
  CHECK(line.report.throttled_seconds == 1.5);
  CHECK(line.report.seconds == 2.25);
  CHECK(line.report.from == at(10));
  CHECK_FALSE(line.report.until);
  REQUIRE(line.report.error);
  CHECK(line.report.error->kind() == ErrorKind::throttled);
  CHECK(line.report.error->hint() == "itsmc sync run prod");
  CHECK(line.report.error->request_id() == "a1b2");
}

TEST_CASE("history is newest first, by connection, up to a limit") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  for (int i = 0; i < 3; ++i) store.begin_run(fmt::format("r{}", i), k_incidents, at(i));
  store.begin_run("other", {"test", WorkItemType::incident}, at(9));
  const auto runs = [&](const std::vector<std::string>& connections, std::int64_t limit) {
    std::string names;
    for (const LedgerLine& line : store.history({.connections = connections, .limit = limit}))
      names += line.run + " ";
    return names;
  };
  CHECK(runs({}, 0) == "other r2 r1 r0 ");
  CHECK(runs({"prod"}, 0) == "r2 r1 r0 ");
  CHECK(runs({"prod"}, 2) == "r2 r1 ");
  CHECK(runs({"nobody"}, 0).empty());
}

TEST_CASE("lines that a killed process left behind become interrupted, once") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  const std::int64_t done = store.begin_run("a", k_incidents, at(1));
  store.end_run(done, report_of(k_incidents, StreamState::ok), at(2));
  store.begin_run("b", k_incidents, at(3));
  CHECK(store.history({.limit = 1}).at(0).status == "running");
  store.close_abandoned_runs(at(50));
  store.close_abandoned_runs(at(60));
  const auto lines = store.history({});
  CHECK(lines[0].status == "interrupted");
  CHECK(lines[0].ended == at(50));
  CHECK(lines[1].status == "ok");
  CHECK(lines[1].ended == at(2));
}

TEST_CASE("status tells rows, open ones, the last success and the last failure of each stream") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1}, {2}, {3, "t", 1'000, "Closed", false}});
  store.end_run(store.begin_run("a", k_incidents, at(1)), report_of(k_incidents, StreamState::ok),
                at(40));
  StreamReport failed = report_of(k_incidents, StreamState::failed);
  failed.error = Error(ErrorKind::auth, "signed out");
  store.end_run(store.begin_run("b", k_incidents, at(50)), failed, at(60));
  const auto all = store.status();
  REQUIRE(all.size() == 2);
  CHECK(all[0].stream == k_incidents);
  CHECK(all[0].rows == 3);
  CHECK(all[0].open == 2);
  CHECK(store.count_owed("logs", all[0].stream) == all[0].rows);
  CHECK(all[0].last_success == at(40));
  CHECK(all[0].last_status == "failed");
  CHECK(all[0].last_error == "signed out");
  CHECK(all[0].last_ended == at(60));
  CHECK(all[0].position.walk);
  CHECK(all[1].stream == k_changes);
  CHECK(all[1].rows == 0);
  CHECK_FALSE(all[1].last_success);
  CHECK(all[1].last_status.empty());
}

TEST_CASE("a stream's last success is when its rows were last all here, whatever came after") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  const auto last = [&] { return store.status().at(0).last_success; };
  StreamReport stopped = report_of(k_incidents, StreamState::partial);
  stopped.error = Error(ErrorKind::cancelled, "stopped by --max-duration");
  store.end_run(store.begin_run("a", k_incidents, at(1)), stopped, at(2));
  CHECK_FALSE(last());
  const std::int64_t unsent = store.begin_run("b", k_incidents, at(3));
  store.end_run(unsent, report_of(k_incidents, StreamState::ok), at(4));
  store.amend_run(unsent, report_of(k_incidents, StreamState::partial));  // the workspace failed
  CHECK(last() == at(4));
  store.end_run(store.begin_run("c", k_incidents, at(5)), stopped, at(6));
  store.end_run(store.begin_run("d", k_incidents, at(7)),
                report_of(k_incidents, StreamState::interrupted), at(8));
  CHECK(last() == at(4));
}
