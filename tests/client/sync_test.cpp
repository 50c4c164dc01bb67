#include "itsmc/client/sync.hpp"

#include <catch2/catch.hpp>

#include "client/fake_partner.hpp"
#include "client/memory_sink.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/store/store.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace std::chrono_literals;

namespace {

const Timestamp k_start = *parse_rfc3339("2026-03-01T12:00:00Z");

/// The sink that a run takes and gives up again; the rows stay in the destination.
class SharedSink : public sinks::Sink {
 public:
  explicit SharedSink(MemorySink& destination) : destination_(destination) {}
  [[nodiscard]] std::size_t max_batch_bytes() const noexcept override {
    return destination_.max_batch_bytes();
  }
  sinks::Verdict send(sinks::Table table, std::string_view json_array,
                      std::stop_token stop) override {
    return destination_.send(table, json_array, std::move(stop));
  }

 private:
  MemorySink& destination_;
};

/// One engine with its own directories, clock and instance.
struct Bench {
  TempDir dir;
  FakeClock clock{k_start};
  FakeInstance instance;
  MemorySink workspace;
  std::stop_source stop;
  Connection connection{.name = "prod", .work_items = {WorkItemType::incident}};
  client::SyncOptions options;
  std::vector<std::string> notes;
  std::optional<Error> opening_fails;

  Bench() {
    instance.now = k_start;
    for (int i = 0; i < 16; ++i) {
      instance.put(fmt_id(i), k_start - std::chrono::hours(i + 1), "first");
    }
  }
  static std::string fmt_id(int i) {
    return std::string(1, "0123456789abcdef"[i % 16]) + std::string(30, '0') +
           "0123456789abcdef"[(i / 16) % 16];
  }
  client::Platform platform() {
    return {.clock = clock,
            .new_transport = {},
            .getenv = [](const std::string&) { return std::nullopt; },
            .config_dir = dir.path() / "config",
            .data_dir = dir.path() / "data",
            .state_dir = dir.path() / "state",
            .log = no_log(),
            .jitter = [] { return 0.5; },
            .new_run_id = [] { return std::string("run"); },
            .process = "test",
            .stop = stop.get_token()};
  }
  StreamReport sync() {
    return client::sync(
               platform(), {connection}, options,
               [&](const client::Progress& p) {
                 if (p.note) notes.push_back(*p.note);
               },
               {.partner =
                    [&](const Connection&) {
                      if (opening_fails) throw Error(*opening_fails);
                      return std::make_unique<FakePartner>(instance);
                    },
                .sink =
                    [&](const std::string&) { return std::make_unique<SharedSink>(workspace); }})
        .at(0);
  }
  /// id -> title and version, without rows marked deleted.
  std::map<std::string, std::string> stored() {
    std::map<std::string, std::string> rows;
    client::list_items(platform(), {.limit = 0}, [&](const StoredItem& item) {
      const bool fresh = rows.emplace(item.item.text(TextField::id),
                                      std::string(item.item.text(TextField::title)) + "/" +
                                          std::string(item.item.text(TextField::version)))
                             .second;
      REQUIRE(fresh);
    });
    return rows;
  }
  /// id -> title of the newest version that the workspace has.
  std::map<std::string, std::string> sent() const {
    std::map<std::string, std::pair<std::string, std::string>> newest;
    for (const auto& row : workspace.rows()) {
      auto& kept = newest[row.at("RecordId_s").get<std::string>()];
      const auto version = row.at("RecordVersion_s").get<std::string>();
      if (version >= kept.first) kept = {version, row.at("Title_s").get<std::string>() + "/"};
    }
    std::map<std::string, std::string> rows;
    for (const auto& [id, kept] : newest) rows.emplace(id, kept.second);
    return rows;
  }
  /// "INFO ok: ", "ERROR failed: why" of each row of the connector's log.
  std::vector<std::string> log_lines() const {
    std::vector<std::string> lines;
    for (const auto& row : workspace.rows(sinks::Table::service_desk_log)) {
      lines.push_back(row.at("LogType_s").get<std::string>() + " " +
                      row.at("Status_s").get<std::string>() + ": " +
                      row.value("ExceptionMessage_s", ""));
    }
    return lines;
  }
  std::map<std::string, std::string> titles() const {
    std::map<std::string, std::string> rows;
    for (const auto& [id, row] : instance.rows) rows.emplace(id, row.title + "/");
    return rows;
  }
  std::map<std::string, std::string> truth() const {
    std::map<std::string, std::string> rows;
    for (const auto& [id, row] : instance.rows) {
      rows.emplace(id, row.title + "/" + std::to_string(row.version));
    }
    return rows;
  }
};

}  // namespace

TEST_CASE("a first sync brings everything, a second only what changed") {
  Bench bench;
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  const StreamReport first = bench.sync();
  CHECK(first.status == StreamState::ok);
  CHECK(first.created == 16);
  CHECK(first.fetched == 16);
  CHECK(bench.stored() == bench.truth());

  bench.instance.now += 1h;
  bench.instance.put(Bench::fmt_id(3), bench.instance.now - 10min, "second");
  bench.instance.put(Bench::fmt_id(20), bench.instance.now - 5min, "new");
  const StreamReport second = bench.sync();
  CHECK(second.created == 1);
  CHECK(second.updated == 1);
  CHECK(second.unchanged == 0);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("the end of a load that is read again counts once; what changed meanwhile counts") {
  Bench bench;
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  for (int i = 20; i < 23; ++i) bench.instance.put(Bench::fmt_id(i), k_start - 2min, "young");
  // Between the load and the delta: the delta reads the young ones again, one of them changed.
  int last = 0;
  bench.instance.before_fetch = [&](int fetch) { last = fetch; };
  SECTION("nothing changes") {
    const StreamReport first = bench.sync();
    CHECK(first.fetched == 19);
    CHECK(first.created == 19);
    CHECK(first.updated == 0);
    CHECK(first.unchanged == 0);
    const LedgerLine line =
        client::sync_history(bench.platform(), {.connections = {"prod"}, .limit = 1}).front();
    CHECK(line.report.fetched == 19);
    CHECK(line.report.unchanged == 0);
    CHECK(last > 1);
  }
  SECTION("a later run tells what it reads again") {
    bench.sync();
    bench.instance.now += 1min;
    const StreamReport second = bench.sync();
    CHECK(second.fetched == 3);
    CHECK(second.unchanged == 3);
    CHECK(second.created + second.updated == 0);
  }
  SECTION("a full walk reads what is known already") {
    bench.sync();
    bench.options.full = true;
    const StreamReport full = bench.sync();
    CHECK(full.fetched == 19);
    CHECK(full.unchanged == 19);
  }
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("rows of one instant are neither lost nor repeated at a page's border") {
  Bench bench;
  for (int i = 0; i < 40; ++i) bench.instance.put(Bench::fmt_id(i), k_start - 1h, "tie");
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  CHECK(bench.sync().created == 40);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("requests at once: the option's, else the connection's, else the default") {
  struct Row {
    std::optional<int> option, connection;
    int used;
  };
  for (const Row& row : {Row{2, 3, 2}, Row{2, {}, 2}, Row{{}, 4, 4}, Row{{}, {}, 7}}) {
    Bench bench;
    bench.options.in_flight = row.option;
    bench.options.default_in_flight = 7;
    bench.connection.in_flight = row.connection;
    CHECK(bench.sync().status == StreamState::ok);
    CHECK(bench.instance.lanes_wanted == row.used);
  }
}

TEST_CASE("what changes while a load runs is in the store at its end") {
  Bench bench;
  bench.connection.in_flight = 1;
  bench.instance.before_fetch = [&](int number) {
    if (number > 12) return;
    bench.instance.now += 10s;
    bench.instance.put(Bench::fmt_id(number % 16), bench.instance.now, "moved");
    bench.instance.now += 10s;
  };
  CHECK(bench.sync().status == StreamState::ok);
  bench.instance.before_fetch = [](int) {};
  bench.instance.now += 5s;
  bench.sync();
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("a failure at any fetch keeps what is stored and the next run ends with the truth") {
  const int failing = GENERATE(range(1, 12));
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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

TEST_CASE("a full walk marks what has disappeared, and only that") {
  Bench bench;
  bench.sync();
  bench.instance.erase(Bench::fmt_id(5));
  bench.instance.now += 1h;
  bench.options.full = true;
  const StreamReport full = bench.sync();
  CHECK(full.deleted == 1);
  CHECK(full.unchanged >= 15);
  CHECK(bench.stored() == bench.truth());
  CHECK(bench.sync().deleted == 0);
}

TEST_CASE("a row that changes during a full walk is not taken for deleted") {
  Bench bench;
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  bench.sync();
  bench.clock.advance(1h);
  bench.instance.now = bench.clock.now();
  bench.options.full = true;
  const int before = bench.instance.fetches;
  bench.instance.before_fetch = [&](int fetch) {
    // After the first page: the walk has yet to come to it.
    if (fetch != before + 2) return;
    bench.instance.put(Bench::fmt_id(2), bench.clock.now(), "changed meanwhile");
  };
  const StreamReport full = bench.sync();
  CHECK(full.deleted == 0);
  bench.options.full = false;  // the youngest second is left to the next run
  bench.instance.now += 1min;
  bench.sync();
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("a full walk that fails midway goes on and marks what was missing all along") {
  Bench bench;
  bench.sync();
  bench.instance.erase(Bench::fmt_id(1));
  bench.options.full = true;
  const int first = bench.instance.fetches;
  bench.instance.before_fetch = [&](int number) {
    if (number == first + 3) throw Error(ErrorKind::unavailable, "cut off");
  };
  CHECK(bench.sync().status == StreamState::failed);
  CHECK(bench.sync().deleted == 1);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("a changed scope is read again, and said so") {
  Bench bench;
  bench.sync();
  CHECK(bench.notes.empty());
  SECTION("other fields") {
    bench.instance.fields = "v2";
  }
  SECTION("more days") {
    bench.connection.sync_days = 60;
  }
  const StreamReport again = bench.sync();
  CHECK(again.unchanged >= 16);
  REQUIRE_FALSE(bench.notes.empty());
  CHECK(bench.notes.front().find("read again") != std::string::npos);
}

TEST_CASE("since reads the window again from there, and never leaves a gap") {
  Bench bench;
  bench.sync();
  bench.instance.now += 2h;
  bench.clock.set(bench.instance.now);
  bench.instance.put(Bench::fmt_id(2), bench.instance.now - 90min, "older than since");
  bench.options.since = GENERATE(k_start - 8h, k_start + 1h + 59min);
  const StreamReport report = bench.sync();
  CHECK(report.updated == 1);
  CHECK(bench.stored() == bench.truth());
  bench.options.since = bench.clock.now() - std::chrono::days(121);
  CHECK_THROWS_AS(bench.sync(), Error);
}

TEST_CASE("a dry run counts and writes nothing") {
  Bench bench;
  bench.options.dry_run = true;
  const StreamReport report = bench.sync();
  CHECK(report.created == 16);
  CHECK(bench.stored().empty());
  CHECK_FALSE(std::filesystem::exists(bench.dir.path() / "data" / "itsmc.db"));
}

TEST_CASE("a second run ends with 8 and names the holder") {
  Bench bench;
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
  Bench bench;
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

TEST_CASE("a connection that is bound to a workspace is sent there by the same run") {
  Bench bench;
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
  bench.instance.put(Bench::fmt_id(3), bench.clock.now() - std::chrono::minutes(20), "second");
  CHECK(bench.sync().sent == 1);
  CHECK(bench.sent() == bench.titles());
}

TEST_CASE("a workspace that fails costs no work item: exit 6, and the next run sends") {
  Bench bench;
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

TEST_CASE("a run that fails before its instance is asked is in the ledger and the log") {
  Bench bench;
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
  Bench bench;
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

TEST_CASE("a connection that leads to another instance does not mix its rows with the old ones") {
  Bench bench;
  bench.connection.url = "https://old.service-now.com";
  REQUIRE(bench.sync().status == StreamState::ok);
  const auto before = bench.stored();
  bench.connection.url = "https://new.service-now.com";
  bench.instance.put(Bench::fmt_id(30), k_start, "of the new instance");
  const StreamReport refused = bench.sync();
  CHECK(refused.status == StreamState::failed);
  REQUIRE(refused.error);
  CHECK(refused.error->kind() == ErrorKind::usage);
  CHECK(refused.error->text() ==
        "prod: the store holds 16 rows of \"prod\" from servicenow at https://old.service-now.com, "
        "and the connection now leads to servicenow at https://new.service-now.com");
  CHECK(refused.error->hint().find("--keep-rows") != std::string::npos);
  CHECK(refused.error->hint().find("--purge") != std::string::npos);
  CHECK(bench.stored() == before);
  bench.connection.partner = PartnerKind::cherwell;
  bench.connection.url = "https://old.service-now.com";
  CHECK(bench.sync().status == StreamState::failed);
}

TEST_CASE("rows of a store that knows no origins are the connection's own") {
  Bench bench;
  bench.connection.url = "https://a.service-now.com";
  REQUIRE(bench.sync().status == StreamState::ok);
  store::Store(bench.dir / "data" / "itsmc.db", store::OpenMode::read_write)
      .remember_origin("other", {"scsm", "https://a.example.com"});
  CHECK(bench.sync().status == StreamState::ok);
}

TEST_CASE("what an instance lacks is said when a window is read anew, not at every run") {
  Bench bench;
  bench.instance.facts = {"no field for urgency"};
  bench.sync();
  CHECK(bench.notes == std::vector<std::string>{"no field for urgency"});
  bench.notes.clear();
  bench.sync();
  CHECK(bench.notes.empty());
  bench.instance.fields = "v2";
  bench.sync();
  REQUIRE_FALSE(bench.notes.empty());
  CHECK(bench.notes.front() == "no field for urgency");
}

TEST_CASE("an interrupted stream says how to go on") {
  Bench bench;
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
    Bench bench;
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
