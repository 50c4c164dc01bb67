#include <catch2/catch.hpp>

#include "client/sync_bench.hpp"
#include "itsmc/client/sync.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace std::chrono_literals;

TEST_CASE("a failure at any fetch keeps what is stored and the next run ends with the truth") {
  const int failing = GENERATE(range(1, 12));
  SyncBench bench;
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  bench.instance.before_fetch = [&](int number) {
    if (number == failing) throw Error(ErrorKind::unavailable, "cut off");
  };
  const StreamReport broken = bench.sync();
  const std::int64_t before = static_cast<std::int64_t>(bench.stored().size());
  if (broken.status == StreamState::failed) {
    CHECK(broken.error->kind() == ErrorKind::unavailable);
    CHECK(client::exit_code(std::vector{broken}) == 5);
    CHECK(broken.created == before);
  }
  bench.instance.before_fetch = [](int) {};
  const StreamReport after = bench.sync();
  CHECK(after.status == StreamState::ok);
  CHECK(after.created == 16 - before);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("a stop ends on a checkpoint with 130, and the next run goes on from there") {
  SyncBench bench;
  bench.connection.in_flight = 1;
  bench.instance.before_fetch = [&](int number) {
    if (number == 3) bench.stop.request_stop();
  };
  const StreamReport stopped = bench.sync();
  CHECK(stopped.status == StreamState::interrupted);
  CHECK(client::exit_code(std::vector{stopped}) == 130);
  const std::size_t safe = bench.stored().size();
  CHECK(safe >= 6);
  bench.stop = {};
  const StreamReport rest = bench.sync();
  CHECK(rest.created == 16 - static_cast<std::int64_t>(safe));
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("max-duration ends the run on a checkpoint with 6") {
  SyncBench bench;
  bench.options.max_duration = 1s;  // the fake clock lets it pass at once
  bench.instance.fetches_until_stopped = true;
  const StreamReport stopped = bench.sync();
  CHECK(stopped.status == StreamState::partial);
  CHECK(client::exit_code(std::vector{stopped}) == 6);
  REQUIRE(stopped.error);
  CHECK(stopped.error->text() == "prod: syncing incidents: stopped by --max-duration 1s");
  CHECK(stopped.error->hint() == "what came is safe; to go on from there: itsmc sync run prod");
  const std::vector<LedgerLine> ledger =
      client::sync_history(bench.platform(), {.connections = {"prod"}, .limit = 1});
  CHECK(ledger.front().status == "partial");
  CHECK(ledger.front().error == stopped.error->text());
  CHECK_FALSE(client::sync_status(bench.platform(), {bench.connection}).at(0).last_success);
  bench.options.max_duration.reset();
  bench.instance.fetches_until_stopped = false;
  CHECK(bench.sync().status == StreamState::ok);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("a second run ends with 8 and names the holder") {
  SyncBench bench;
  const auto held =
      FileLock::try_acquire(bench.dir.path() / "data" / "sync.lock", "sync run (pid 7)");
  REQUIRE(held);
  try {
    bench.sync();
    FAIL("no lock");
  } catch (const Error& error) {
    CHECK(exit_code(error.kind()) == 8);
    CHECK(error.text().find("sync run (pid 7)") != std::string::npos);
  }
}

TEST_CASE("one connection's failure leaves the others alone: exit 6") {
  SyncBench bench;
  FakeInstance sick;
  sick.now = k_start;
  sick.before_fetch = [](int) { throw Error(ErrorKind::auth, "refused"); };
  Connection other = bench.connection;
  other.name = "sick";
  const std::vector<StreamReport> reports = client::sync(
      bench.platform(), {other, bench.connection}, bench.options, {},
      {.partner =
           [&](const Connection& c) {
             return std::make_unique<FakePartner>(c.name == "sick" ? sick : bench.instance);
           },
       .sink = {}});
  CHECK(reports[0].status == StreamState::failed);
  CHECK(reports[1].status == StreamState::ok);
  CHECK(client::exit_code(reports) == 6);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("an interrupted stream says how to go on") {
  SyncBench bench;
  bench.instance.before_fetch = [&bench](int) { bench.stop.request_stop(); };
  const StreamReport report = bench.sync();
  CHECK(report.status == StreamState::interrupted);
  REQUIRE(report.error);
  CHECK(report.error->hint() == "what came is safe; to go on from there: itsmc sync run prod");
}

TEST_CASE("the exit code of a run follows its streams") {
  const auto report = [](StreamState state, std::optional<ErrorKind> kind) {
    StreamReport r;
    r.status = state;
    if (kind) r.error = Error(*kind, "x");
    return r;
  };
  const StreamReport ok = report(StreamState::ok, {});
  const StreamReport auth = report(StreamState::failed, ErrorKind::auth);
  const StreamReport gone = report(StreamState::failed, ErrorKind::unavailable);
  const StreamReport partial = report(StreamState::partial, ErrorKind::cancelled);
  const StreamReport stopped = report(StreamState::interrupted, ErrorKind::cancelled);
  CHECK(client::exit_code({}) == 0);
  CHECK(client::exit_code({ok, ok}) == 0);
  CHECK(client::exit_code({ok, gone}) == 6);
  CHECK(client::exit_code({gone, auth}) == 4);
  CHECK(client::exit_code({gone, gone}) == 5);
  CHECK(client::exit_code({ok, partial}) == 6);
  CHECK(client::exit_code({ok, stopped}) == 130);
}

TEST_CASE("a connection that nobody can reach fails all its streams at once, by one cause") {
  struct Case {
    ErrorKind kind;
    bool reached;
    int opened;
  };
  for (const Case& row :
       {Case{ErrorKind::unavailable, false, 1}, Case{ErrorKind::auth, true, 1},
        Case{ErrorKind::unavailable, true, 2}, Case{ErrorKind::denied, false, 2}}) {
    SyncBench bench;
    bench.connection.work_items = {WorkItemType::incident, WorkItemType::change_request};
    int opened = 0;
    class Shut : public FakePartner {
     public:
      Shut(FakeInstance& instance, const Case& how, int& opened)
          : FakePartner(instance), how_(how), opened_(opened) {}
      partners::Opening open_stream(WorkItemType, std::stop_token) override {
        ++opened_;
        traffic_.requests += 2;
        traffic_.unreached += how_.reached ? 1 : 2;
        throw Error(how_.kind, "no luck", "try that");
      }
      const http::Traffic& traffic() const noexcept override { return traffic_; }

     private:
      http::Traffic traffic_;
      const Case& how_;
      int& opened_;
    };
    const auto reports = client::sync(bench.platform(), {bench.connection}, bench.options, {},
                                      {.partner = [&](const Connection&) {
                                        return std::make_unique<Shut>(bench.instance, row, opened);
                                      }});
    CHECK(opened == row.opened);
    REQUIRE(reports.size() == 2);
    for (const StreamReport& report : reports) {
      CHECK(report.status == StreamState::failed);
      REQUIRE(report.error);
      CHECK(report.error->hint() == "try that");
      if (row.opened == 1) CHECK(report.error->text() == "prod: no luck");
    }
    CHECK((reports[0].error->text() == reports[1].error->text()) == (row.opened == 1));
  }
}
