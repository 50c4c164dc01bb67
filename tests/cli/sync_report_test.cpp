#include <catch2/catch.hpp>

#include "cli/commands/report_columns.hpp"
#include "cli/commands/sync_progress.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

client::Progress step(std::int64_t fetched, std::optional<std::int64_t> expected, double seconds) {
  client::Progress progress;
  progress.connection = "prod";
  progress.fetched = fetched;
  progress.expected = expected;
  progress.seconds = seconds;
  return progress;
}

std::string json_of(const StreamReport& report) {
  std::string text;
  append_json_object(text, run_columns(), run_cells(report));
  return text;
}

}  // namespace

TEST_CASE("a report has the keys that pipelines read, in their order") {
  StreamReport report{.connection = "prod", .pages = 5, .requests = 7, .fetched = 24'645};
  report.created = 24'645;
  report.seconds = 3.25;
  report.until = Timestamp(std::chrono::seconds(1'767'323'045));
  CHECK(json_of(report) ==
        R"x({"connection":"prod","type":"incident","status":"ok","pages":5,"requests":7,)x"
        R"x("fetched":24645,"created":24645,"updated":0,"unchanged":0,"deleted":0,"hidden":0,)x"
        R"x("throttled_seconds":0,"seconds":3.25,"from":null,"until":"2026-01-02T03:04:05Z",)x"
        R"x("error":null,"error_kind":null,"hint":null,)x"
        R"x("workspace":null,"sent":0,"rejected":0,"owed":0})x");
  report.status = StreamState::failed;
  report.error = Error(ErrorKind::denied, "refused (403)", "itsmc connection test prod");
  const std::string failed = json_of(report);
  CHECK(failed.find(R"x("error":"refused (403)","error_kind":"denied",)x"
                    R"x("hint":"itsmc connection test prod",)x") != std::string::npos);
}

TEST_CASE("progress tells how far, how fast and how long") {
  CHECK(progress_text(step(12'000, 24'645, 4)) ==
        "prod incident: 12,000 of 24,645, 3,000/s, 4s left");
  CHECK(progress_text(step(12'000, std::nullopt, 4)) == "prod incident: 12,000, 3,000/s");
  CHECK(progress_text(step(0, 24'645, 0)) == "prod incident: 0 of 24,645");
  CHECK(progress_text(step(30, 20, 1)) == "prod incident: 30 of 20, 30/s");
  CHECK(ended_text(step(24'645, std::nullopt, 12.3)) == "prod incident: 24,645 read in 12s");
  client::Progress failed = step(0, std::nullopt, 4);
  failed.status = StreamState::failed;
  CHECK(ended_text(failed) == "prod incident: failed after 4s, 0 read");
  failed.status = StreamState::partial;
  CHECK(ended_text(failed) == "prod incident: stopped by --max-duration after 4s, 0 read");
}

TEST_CASE("off a terminal progress is one line a stream, at its end") {
  test::TextInput in;
  test::TextOutput out;
  test::TextOutput err;
  Terminal terminal{.in = in, .out = out, .err = err};
  Talk talk(terminal);
  SyncProgress progress(talk);
  progress.show(step(1'000, 5'000, 1));
  progress.show(step(3'000, 5'000, 3));
  CHECK(err.text.empty());
  client::Progress noted = step(3'000, 5'000, 3);
  noted.note = "waiting 30 s: rate limit";
  progress.show(noted);
  client::Progress last = step(5'000, 5'000, 5);
  last.done = true;
  progress.show(last);
  CHECK(err.text == "prod incident: waiting 30 s: rate limit\nprod incident: 5,000 read in 5s\n");
}

TEST_CASE("on a terminal one line moves, after a second, with every stream") {
  test::TextInput in;
  test::TextOutput out;
  test::TextOutput err;
  Terminal terminal{.in = in, .out = out, .err = err, .err_is_terminal = true, .width = 200};
  Talk talk(terminal);
  SyncProgress progress(talk);
  progress.show(step(100, std::nullopt, 0.5));
  CHECK(err.text.empty());
  client::Progress change = step(50, std::nullopt, 2);
  change.type = WorkItemType::change_request;
  progress.show(change);
  CHECK(err.text == "\r\x1b[Kprod incident: 100, 200/s | prod change-request: 50, 25/s");
}
