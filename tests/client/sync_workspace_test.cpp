#include <catch2/catch.hpp>

#include "client/sync_bench.hpp"
#include "itsmc/client/sync.hpp"
#include "itsmc/core/error.hpp"

using namespace itsmc;
using namespace itsmc::test;

TEST_CASE("a connection that is bound to a workspace is sent there by the same run") {
  SyncBench bench;
  bench.connection.workspace = "logs";
  const StreamReport first = bench.sync();
  CHECK(first.status == StreamState::ok);
  CHECK(first.workspace == "logs");
  CHECK(first.sent == 16);
  CHECK(first.owed == 0);
  CHECK(bench.sent() == bench.titles());
  const auto lines = bench.workspace.rows(sinks::Table::service_desk_log);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].at("LogType_s") == "INFO");
  bench.clock.advance(std::chrono::hours(1));
  bench.instance.now = bench.clock.now();
  bench.instance.put(SyncBench::fmt_id(3), bench.clock.now() - std::chrono::minutes(20), "second");
  CHECK(bench.sync().sent == 1);
  CHECK(bench.sent() == bench.titles());
}

TEST_CASE("a workspace that fails costs no work item: exit 6, and the next run sends") {
  SyncBench bench;
  bench.connection.workspace = "logs";
  bench.workspace.before = [](std::string_view) -> sinks::Verdict {
    throw Error(ErrorKind::denied, "the role is missing", "itsmc workspace setup logs");
  };
  const StreamReport failed = bench.sync();
  CHECK(failed.status == StreamState::partial);
  REQUIRE(failed.error);
  CHECK(failed.error->text() == "logs: sending incidents of prod: the role is missing");
  CHECK(failed.owed == 16);
  CHECK(client::exit_code({failed}) == 6);
  CHECK(bench.stored() == bench.truth());
  CHECK(bench.log_lines().empty());
  const auto status = client::sync_status(bench.platform(), {bench.connection}).at(0);
  CHECK(status.last_status == "partial");
  CHECK(status.last_error == failed.error->text());
  CHECK(status.last_success == k_start);  // the store is up to date
  bench.workspace.before = nullptr;
  CHECK(bench.sync().sent == 16);
  CHECK(bench.sent() == bench.titles());
  CHECK(bench.log_lines() ==
        std::vector<std::string>{
            "WARNING partial: logs: sending incidents of prod: the role is missing", "INFO ok: "});
  bench.sync();
  CHECK(bench.log_lines().size() == 3);  // each run once
}

TEST_CASE("a stream whose rows are owed since another's sending failed is partial, and says so") {
  SyncBench bench;
  bench.connection.workspace = "logs";
  Connection other = bench.connection;
  other.name = "second";
  bench.workspace.before = [](std::string_view) -> sinks::Verdict {
    throw Error(ErrorKind::denied, "the role is missing", "itsmc workspace setup logs");
  };
  const std::vector<StreamReport> reports = client::sync(
      bench.platform(), {bench.connection, other}, bench.options, {},
      {.partner = [&](const Connection&) { return std::make_unique<FakePartner>(bench.instance); },
       .sink = [&](const std::string&) { return std::make_unique<SharedSink>(bench.workspace); }});
  REQUIRE(reports.size() == 2);
  CHECK(client::exit_code(reports) == 6);
  int first = 0;
  for (const StreamReport& report : reports) {
    CHECK(report.status == StreamState::partial);
    CHECK(report.owed == 16);
    REQUIRE(report.error);
    CHECK(report.error->kind() == ErrorKind::denied);
    CHECK(report.error->hint() == "itsmc workspace setup logs");
    first += report.error->text().find("the role is missing") != std::string::npos ? 1 : 0;
    const auto status = client::sync_status(bench.platform(), {bench.connection, other});
    CHECK(status.at(0).last_status == "partial");
    CHECK(status.at(1).last_status == "partial");
  }
  CHECK(first == 1);  // the other says that an earlier sending failed
}

TEST_CASE("a run that fails before its instance is asked is in the ledger and the log") {
  SyncBench bench;
  bench.connection.workspace = "logs";
  bench.opening_fails = Error(ErrorKind::auth, "the secret is gone");
  CHECK(bench.sync().status == StreamState::failed);
  const std::vector<std::string> told{"ERROR failed: prod: the secret is gone"};
  CHECK(bench.log_lines() == told);
  const auto lines = client::sync_history(bench.platform(), {.connections = {"prod"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].error == "prod: the secret is gone");
  SECTION("and is owed to a workspace that cannot be reached either") {
    bench.workspace.before = [](std::string_view) -> sinks::Verdict {
      throw Error(ErrorKind::unavailable, "no route");
    };
    bench.sync();
    CHECK(bench.log_lines() == told);
    bench.workspace.before = nullptr;
    bench.opening_fails.reset();
    bench.sync();
    CHECK(bench.log_lines() == std::vector<std::string>{told[0], told[0], "INFO ok: "});
  }
  SECTION("a dry run writes nothing") {
    bench.options.dry_run = true;
    bench.sync();
    CHECK(client::sync_history(bench.platform(), {.connections = {"prod"}}).size() == 1);
  }
}

TEST_CASE("a workspace that nobody added is named") {
  SyncBench bench;
  bench.connection.workspace = "lgos";
  const std::vector<StreamReport> reports = client::sync(
      bench.platform(), {bench.connection}, bench.options, {},
      {.partner = [&](const Connection&) { return std::make_unique<FakePartner>(bench.instance); },
       .sink = {}});
  CHECK(reports[0].status == StreamState::partial);
  REQUIRE(reports[0].error);
  CHECK(reports[0].error->text() == "no workspace is called \"lgos\"");
  CHECK(bench.stored() == bench.truth());
}
