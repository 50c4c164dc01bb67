#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "client/creation_engine.hpp"
#include "client/fake_intake.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::client;
using Occasion = CreationRequest::Occasion;

namespace {

/// Waits as long as others need, in no time: for threads that wait for each other.
class PatientClock : public test::FakeClock {
 public:
  bool wait_for(std::chrono::milliseconds, std::stop_token) override {
    std::this_thread::yield();
    return true;
  }
};

/// A store, a product and an engine between them. `restart` is a new process over the same store.
struct Bench {
  Bench() { connection.name = "prod"; }

  CreationReport perform(const CreationRequest& request, Sending sending = Sending::real) {
    FakeIntake intake(desk);
    intake.ended_at = clock.now();
    store::Creations notes(directory / "itsmc.db", store::OpenMode::read_write);
    CreationEngine engine({.connection = connection,
                           .intake = intake,
                           .notes = notes,
                           .clock = waiting ? static_cast<Clock&>(patient) : clock,
                           .lock_file = directory / "create.lock",
                           .process = "test",
                           .stop = {}});
    return engine.perform(request, sending);
  }
  [[nodiscard]] std::optional<store::Creation> note(std::string_view key) const {
    return store::Creations(directory / "itsmc.db", store::OpenMode::read_only)
        .find("prod", WorkItemType::incident, key);
  }

  test::TempDir directory;
  test::FakeClock clock;
  PatientClock patient;
  bool waiting = false;  // several threads take turns
  Connection connection;
  FakeDesk desk;
};

CreationRequest alert(std::string id = "a1", Occasion occasion = Occasion::opened) {
  CreationRequest request;
  request.draft.title = "CPU is high";
  request.draft.description = "vm1";
  request.draft.correlation_id = id;
  request.alert_id = std::move(id);
  request.rule = "cpu";
  request.fired_at = Timestamp(std::chrono::seconds(1'767'323'000));
  request.occasion = occasion;
  request.again = CreationRequest::Again::new_item;
  request.note = "over";
  return request;
}

Error lost() {
  return {ErrorKind::unavailable, "the connection was cut"};
}

}  // namespace

TEST_CASE("an alert delivered five times is one work item") {
  Bench bench;
  const CreationReport first = bench.perform(alert());
  CHECK(first.status == CreationStatus::created);
  CHECK(first.number == "INC1");
  CHECK(first.correlation_id == "a1");
  for (int i = 0; i < 4; ++i) {
    const CreationReport again = bench.perform(alert());
    CHECK(again.status == CreationStatus::already_exists);
    CHECK(again.number == "INC1");
  }
  CHECK(bench.desk.items.size() == 1);
  CHECK(bench.note("a1")->state == store::Creation::State::made);
}

TEST_CASE("a work item whose answer was lost is found, not made again") {
  Bench bench;
  const ErrorKind kind = GENERATE(ErrorKind::unavailable, ErrorKind::denied, ErrorKind::protocol,
                                  ErrorKind::throttled);
  bench.desk.after_create = [kind] { throw Error(kind, "no answer"); };
  const CreationReport report = bench.perform(alert());
  CHECK(report.status == CreationStatus::created);
  CHECK(report.number == "INC1");
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].find("no answer") != std::string::npos);
  CHECK(bench.perform(alert()).status == CreationStatus::already_exists);
  CHECK(bench.desk.creates == 1);
}

TEST_CASE("nobody knows whether it was made: it fails, and the next run looks before it repeats") {
  Bench bench;
  bench.desk.before_create = [] { throw lost(); };
  const Error error = test::error_of([&] { static_cast<void>(bench.perform(alert())); });
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK(error.hint().find("looked up before it is repeated") != std::string::npos);
  CHECK(bench.note("a1")->state == store::Creation::State::sending);

  SECTION("it had not been made") {
    bench.desk.before_create = [] {};
    CHECK(bench.perform(alert()).status == CreationStatus::created);
  }
  SECTION("it had been made after all, later") {
    bench.desk.items.push_back(
        {.item = {.id = "late", .number = "INC9"}, .key = "a1", .draft = {}, .notes = {}});
    const CreationReport report = bench.perform(alert());
    CHECK(report.status == CreationStatus::already_exists);
    CHECK(report.number == "INC9");
  }
  CHECK(bench.desk.items.size() == 1);
}

TEST_CASE("a process killed at any step leaves one work item after the next run") {
  // Each step throws what nothing catches, as a kill would end it.
  struct Killed {};
  Bench bench;
  const int step = GENERATE(0, 1, 2, 3);
  int finds = 0;
  if (step == 0) bench.desk.before_create = [] { throw Killed(); };
  if (step == 1) bench.desk.after_create = [] { throw Killed(); };
  if (step >= 2) {
    bench.desk.before_find = [&finds, step] {
      if (++finds == step - 1) throw Killed();  // before anything; after it was made
    };
  }
  CHECK_THROWS_AS(bench.perform(alert()), Killed);
  bench.desk.before_create = bench.desk.after_create = bench.desk.before_find = [] {};
  static_cast<void>(bench.perform(alert()));
  CHECK(bench.desk.items.size() == 1);
  CHECK(bench.perform(alert()).number == "INC1");
  CHECK(bench.note("a1"));
}

TEST_CASE("two processes with the same alert at the same moment make one work item") {
  Bench bench;
  bench.waiting = true;
  std::atomic<int> created{0};
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        if (bench.perform(alert()).status == CreationStatus::created) ++created;
      });
    }
  }
  CHECK(created == 1);
  CHECK(bench.desk.items.size() == 1);
}

TEST_CASE("made elsewhere at the same moment: the older one is kept and the other named") {
  Bench bench;
  bench.desk.before_create = [&] {
    bench.desk.items.push_back(
        {.item = {.id = "theirs", .number = "INC7"}, .key = "a1", .draft = {}, .notes = {}});
    bench.desk.before_create = [] {};
  };
  const CreationReport report = bench.perform(alert());
  CHECK(report.number == "INC7");
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].find("close INC2") != std::string::npos);
}

TEST_CASE("an alert that is over resolves its own item, once, and opens none") {
  Bench bench;
  CHECK(bench.perform(alert("a1", Occasion::over)).status == CreationStatus::nothing_to_resolve);
  CHECK(bench.desk.items.empty());
  static_cast<void>(bench.perform(alert("a1")));
  static_cast<void>(bench.perform(alert("a2")));
  const CreationReport report = bench.perform(alert("a1", Occasion::over));
  CHECK(report.status == CreationStatus::resolved);
  CHECK(report.number == "INC1");
  CHECK(bench.desk.items[0].notes == std::vector<std::string>{"over"});
  CHECK(bench.desk.items[1].item.open);
  CHECK(bench.perform(alert("a1", Occasion::over)).status == CreationStatus::nothing_to_resolve);
  CHECK(bench.desk.changes == 1);
}

TEST_CASE("fired again after its item was resolved: one new item that names the old") {
  Bench bench;
  static_cast<void>(bench.perform(alert()));
  static_cast<void>(bench.perform(alert("a1", Occasion::over)));
  CHECK(bench.perform(alert()).status == CreationStatus::already_exists);  // delivered late
  CreationRequest again = alert();
  again.fired_at = bench.clock.now() + std::chrono::hours(1);
  const CreationReport report = bench.perform(again);
  CHECK(report.status == CreationStatus::created);
  CHECK(report.correlation_id == "a1~2");
  CHECK(bench.desk.items[1].draft.description.find("INC1") != std::string::npos);
  CHECK(bench.perform(again).status == CreationStatus::already_exists);
  CHECK(bench.perform(alert("a1", Occasion::over)).number == "INC2");
  CHECK(bench.desk.items.size() == 2);
}

TEST_CASE("per rule, alerts gather in one item that ends with the last of them") {
  Bench bench;
  const auto gathered = [](const std::string& id, Occasion occasion = Occasion::opened) {
    CreationRequest request = alert(id, occasion);
    request.draft.correlation_id = "rule:cpu";
    request.gathering = CreationRequest::Gathering::many_alerts;
    return request;
  };
  CHECK(bench.perform(gathered("a1")).status == CreationStatus::created);
  CHECK(bench.perform(gathered("a2")).status == CreationStatus::updated);
  CHECK(bench.perform(gathered("a2")).status == CreationStatus::already_exists);
  CHECK(bench.desk.items[0].notes.size() == 1);
  CHECK(bench.perform(gathered("a1", Occasion::over)).status == CreationStatus::updated);
  CHECK(bench.desk.items[0].item.open);
  CHECK(bench.perform(gathered("a2", Occasion::over)).status == CreationStatus::resolved);
  CHECK(bench.perform(gathered("a3")).status == CreationStatus::created);
  CHECK(bench.desk.items.size() == 2);
}

TEST_CASE("a removed work item is not made a second time for the same key") {
  Bench bench;
  CreationRequest request = alert();
  request.again = CreationRequest::Again::same_item;
  static_cast<void>(bench.perform(request));
  bench.desk.items.clear();
  const CreationReport report = bench.perform(request);
  CHECK(report.status == CreationStatus::already_exists);
  CHECK(report.number == "INC1");
}

TEST_CASE("what the partner would refuse is told all at once, and nothing is noted or sent") {
  Bench bench;
  bench.desk.required = {"caller"};
  CreationRequest request = alert();
  request.draft.title.clear();
  const Error error = test::error_of([&] { static_cast<void>(bench.perform(request)); });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK(error.text() ==
        "the work item cannot be made:\n  --title: is required\n  --set caller: is required");
  CHECK(bench.desk.creates == 0);
  CHECK_FALSE(bench.note("a1"));
}

TEST_CASE("a configuration item is linked when exactly one matches") {
  Bench bench;
  CreationRequest request = alert();
  request.cis = {{.name = "vm1"}};
  SECTION("one") {
    bench.desk.config_items = {{.id = "1", .name = "vm1", .klass = "server"}};
    CHECK(bench.perform(request).warnings.empty());
    CHECK(bench.desk.items[0].draft.config_items.size() == 1);
  }
  SECTION("none, and none may be made") {
    const CreationReport report = bench.perform(request);
    CHECK(report.status == CreationStatus::created);
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings[0].find("create-ci off") != std::string::npos);
    for (const char* next : {"for later work items make it: itsmc ci create --connection prod "
                             "--name vm1",
                             "itsmc connection edit prod --create-ci",
                             "one that is there already is linked in the product"}) {
      CHECK(report.warnings[0].find(next) != std::string::npos);
    }
  }
  SECTION("none, and the connection makes it") {
    bench.connection.create_ci = true;
    const CreationReport report = bench.perform(request);
    CHECK(report.warnings[0].find("was created") != std::string::npos);
    CHECK(bench.desk.items[0].draft.config_items.at(0).id == "ci-vm1");
  }
  SECTION("two") {
    bench.connection.create_ci = true;
    bench.desk.config_items = {{.id = "1", .name = "vm1", .klass = "server"},
                               {.id = "2", .name = "vm1", .klass = "vm"}};
    const CreationReport report = bench.perform(request);
    CHECK(report.warnings[0].find("vm1 (server, 1), vm1 (vm, 2)") != std::string::npos);
    CHECK(bench.desk.items[0].draft.config_items.empty());
    CHECK(bench.desk.config_items.size() == 2);
  }
}

TEST_CASE("what is not linked is said when the item is made, not with each further alert") {
  Bench bench;
  CreationRequest request = alert();
  request.gathering = CreationRequest::Gathering::many_alerts;
  request.cis = {{.name = "vm1"}};
  CHECK(bench.perform(request).warnings.size() == 1);
  request.alert_id = "another";
  const CreationReport more = bench.perform(request);
  CHECK(more.status == CreationStatus::updated);
  CHECK(more.warnings.empty());
}

TEST_CASE("a dry run says what would be sent, and sends and notes nothing") {
  Bench bench;
  bench.connection.create_ci = true;
  CreationRequest request = alert();
  request.cis = {{.name = "vm1"}};
  const CreationReport report = bench.perform(request, Sending::dry_run);
  CHECK(report.status == CreationStatus::dry_run);
  CHECK(report.request == "POST https://desk.example/items\nCPU is high");
  CHECK(bench.desk.creates == 0);
  CHECK(bench.desk.config_items.empty());
  CHECK_FALSE(bench.note("a1"));
}
