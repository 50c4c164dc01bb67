#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/stored_items.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/creations.hpp"
#include "itsmc/store/store.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::test::stored;
using nlohmann::json;

TEST_CASE("work items are listed, the last changed first, fifty at a time") {
  CliWorld world;
  fill_store(world);
  const CliResult listed = world.run({"workitem", "list", "--connection", "prod"});
  CHECK(listed.code == 0);
  CHECK(has(listed.err, "showing 50 of 60; --limit 0 shows all"));
  CHECK(listed.out.find("INC0000060") < listed.out.find("INC0000059"));
  CHECK_FALSE(has(listed.out, "INC0000010"));
  const CliResult all = world.run({"workitem", "list", "--limit", "0", "-o", "ndjson"});
  CHECK(all.err.empty());
  CHECK(std::count(all.out.begin(), all.out.end(), '\n') == 61);
  CHECK(has(world.run({"workitem", "list", "--quiet"}).err, "showing") == false);
}

TEST_CASE("a list is the same in every format") {
  CliWorld world;
  fill_store(world);
  for (const std::string format : {"table", "json", "ndjson", "csv", "tsv"}) {
    const CliResult listed = world.run({"workitem", "list", "--connection", "prod", "--sort",
                                        "number", "--limit", "3", "-o", format});
    CHECK(listed.code == 0);
    CHECK(listed.out.find('\x1b') ==
          (format == "csv" || format == "tsv" ? listed.out.find('\x1b') : std::string::npos));
    test::check_golden("workitem/list." + format, listed.out);
  }
}

TEST_CASE("a table shows the field that it is sorted by") {
  CliWorld world;
  fill_store(world);
  const auto header = [&world](std::vector<std::string> more) {
    more.insert(more.begin(), {"workitem", "list", "--limit", "1"});
    const std::string out = world.run(more).out;
    return out.substr(0, out.find('\n'));
  };
  CHECK_FALSE(has(header({}), "CREATED AT"));
  CHECK(has(header({"--sort", "-created_at"}), "CREATED AT"));
  CHECK(header({"--sort", "-created_at", "--fields", "number"}) == "NUMBER");
  CHECK_FALSE(has(header({"--sort", "number"}), "CREATED AT"));
}

TEST_CASE("what was made and is not brought over yet is told from what nobody knows") {
  CliWorld world;
  fill_store(world);
  const Timestamp made = world.clock.now() - std::chrono::seconds(3);
  {
    store::Creations notes(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
    notes.complete({.connection = "prod",
                    .correlation_id = "k1",
                    .state = store::Creation::State::made,
                    .noted_at = made,
                    .id = "ab",
                    .number = "INC7"});
    notes.complete({.connection = "prod",
                    .type = WorkItemType::event,
                    .correlation_id = "k2",
                    .state = store::Creation::State::made,
                    .noted_at = made,
                    .id = "cd",
                    .number = "Alert8",
                    .url = "https://acme.example.com/cd"});
  }
  struct Case {
    std::vector<std::string> asked;
    std::string told, hint;
  };
  const std::vector<Case> cases{
      {{"INC7"}, "INC7 of prod was made 3s ago and is not in the store yet", "itsmc sync run prod"},
      {{"ab"}, "INC7 of prod was made 3s ago", "the youngest second is left to the next run"},
      {{"Alert8"}, "is not in the store\n", "look in the product: https://acme.example.com/cd"},
      {{"INC7", "--connection", "test"}, "no work item in the store has", "bring it over"},
      {{"INC9"}, "no work item in the store has", "bring it over"}};
  for (const Case& one : cases) {
    std::vector<std::string> words{"workitem", "show"};
    words.insert(words.end(), one.asked.begin(), one.asked.end());
    const CliResult shown = world.run(words);
    CAPTURE(shown.err);
    CHECK(shown.code == 7);
    CHECK(has(shown.err, one.told));
    CHECK(has(shown.err, one.hint));
  }
}

TEST_CASE("filters and order reach the store") {
  CliWorld world;
  fill_store(world);
  const auto numbers = [&world](std::vector<std::string> filter) {
    filter.insert(filter.begin(),
                  {"workitem", "list", "-o", "csv", "--no-headers", "--fields", "number"});
    return world.run(filter).out;
  };
  CHECK(numbers({"--type", "change-request"}) == "INC0000005\r\n");
  CHECK(numbers({"--connection", "prod", "--sort", "-number", "--limit", "2"}) ==
        "INC0000060\r\nINC0000059\r\n");
  CHECK(numbers({"--connection", "prod", "--open", "--sort", "number", "--limit", "1"}) ==
        "INC0000002\r\n");
  CHECK(numbers({"--connection", "prod", "--open=false", "--sort", "number", "--limit", "1"}) ==
        "INC0000001\r\n");
  CHECK(numbers({"--state", "7", "--connection", "test"}) == "INC0000005\r\n");
  CHECK(numbers({"--text", "quoted"}) == "INC0000003\r\n");
  CHECK(numbers({"--updated-since", "2026-01-01T20:41:00Z"}) == "INC0000060\r\n");
  // All were created at 20:40:00.
  const auto of_window = [&](const std::string& option, const std::string& time) {
    return numbers({"--type", "change-request", option, time});
  };
  CHECK(of_window("--created-since", "2026-01-01T20:40:00Z") == "INC0000005\r\n");
  CHECK(of_window("--created-since", "2026-01-01T20:40:00.001Z").empty());
  CHECK(of_window("--created-before", "2026-01-01T20:40:00.001Z") == "INC0000005\r\n");
  CHECK(of_window("--created-before", "2026-01-01T20:40:00Z").empty());
  CHECK(has(world.run({"workitem", "list", "--created-before", "soon"}).err,
            "--created-before: \"soon\" is neither a time nor a duration"));
}

TEST_CASE("the ledger is narrowed down, and one run is read whole") {
  CliWorld world;
  fill_store(world);
  add_connection(world);
  {
    store::Store store(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
    const store::StreamKey changes{"test", WorkItemType::change_request};
    StreamReport failed{.connection = "test", .type = WorkItemType::change_request};
    failed.status = StreamState::failed;
    failed.error = Error(ErrorKind::denied,
                         "test: ServiceNow said: User Not Authorized, and a good deal more that "
                         "no table of eighty columns has room for (403)",
                         "itsmc connection test test");
    const Timestamp later = k_begin + std::chrono::hours(1);
    store.end_run(store.begin_run("run-2", changes, later), failed, later);
  }
  const auto runs = [&world](std::vector<std::string> filter) {
    filter.insert(filter.begin(),
                  {"sync", "history", "-o", "csv", "--no-headers", "--fields", "run"});
    return world.run(filter).out;
  };
  CHECK(runs({}) == "run-2\r\nrun-1\r\n");
  CHECK(runs({"--type", "incident"}) == "run-1\r\n");
  CHECK(runs({"--connection", "prod,test", "--limit", "1"}) == "run-2\r\n");
  CHECK(runs({"--connection", "prod"}) == "run-1\r\n");
  CHECK(runs({"--since", "2026-01-01T21:40:00Z"}) == "run-2\r\n");
  CHECK(runs({"--since", "2026-01-01T21:40:00.001Z"}).empty());
  CHECK(runs({"--run", "run-1"}) == "run-1\r\n");
  world.out_is_terminal = true;
  world.width = 80;
  const CliResult table = world.run({"sync", "history"});
  CHECK_FALSE(has(table.out, "User Not"));
  CHECK(has(table.err, "what went wrong: itsmc sync history --run run-2\n"));
  const CliResult whole = world.run({"sync", "history", "--run", "run-2"});
  CHECK(has(whole.out,
            "User Not Authorized, and a good deal more that no table of eighty columns "
            "has room for (403)\n"));
  CHECK(has(whole.out, "itsmc connection test test\n"));
  const CliResult none = world.run({"sync", "history", "--run", "run-3"});
  CHECK(none.code == 7);
  CHECK(has(none.err, "no run \"run-3\" is in the ledger"));
  CHECK(has(world.run({"sync", "history", "--type", "alert"}).err, "no runs with these filters"));
  CHECK(json::parse(world.run({"sync", "status", "--type", "incident", "-o", "json"}).out).size() ==
        1);
  CHECK(has(world.run({"sync", "status", "--type", "alert"}).err,
            "no connection syncs such work items"));
}

TEST_CASE("an empty value is no value, in any command") {
  CliWorld world;
  fill_store(world);
  add_connection(world);
  struct Row {
    std::vector<std::string> command;
    std::string named;
  };
  const std::vector<Row> rows{
      {{"dashboard", "--html", ""}, "--html is empty"},
      {{"workitem", "list", "--ci", ""}, "--ci is empty"},
      {{"workitem", "list", "--text", ""}, "--text is empty"},
      {{"workitem", "list", "--connection", ""}, "--connection is empty"},
      {{"workspace", "push", ""}, "NAME is empty"},
      {{"sync", "run", ""}, "NAME is empty"},
      {{"sync", "history", "--run="}, "option \"--run\" lacks its value"},
      {{"connection", "edit", "prod", "--work-items", ""}, "--work-items is empty"},
      {{"connection", "edit", "prod", "--url", ""}, "--url is empty"}};
  for (const Row& row : rows) {
    CAPTURE(row.named);
    const CliResult refused = world.run(row.command);
    CHECK(refused.code == 2);
    CHECK(has(refused.err, row.named));
    CHECK(refused.out.empty());
  }
  // What a connection may do without is emptied so.
  CHECK(world.run({"connection", "edit", "prod", "--proxy", "", "--no-verify"}).code == 0);
}

TEST_CASE("an absent store is an empty one") {
  CliWorld world;
  const CliResult listed = world.run({"workitem", "list", "-o", "json"});
  CHECK(listed.code == 0);
  CHECK(listed.out == "[]\n");
  const std::string file = (world.data_dir() / "itsmc.db").string();
  CHECK(has(listed.err, "there is no store at " + file + ": nothing was synced there yet"));
  CHECK(has(listed.err, "first: itsmc connection add, then: itsmc sync run"));
  CHECK(has(world.run({"dashboard"}).err + world.run({"dashboard"}).out,
            "none yet; first: itsmc connection add"));
  CHECK(has(world.run({"sync", "history"}).err, file));
  CHECK(has(world.run({"query", "select number from work_items"}).err, file));
  add_connection(world);
  CHECK(has(world.run({"sync", "status"}).err, file));
  CHECK(has(world.run({"workitem", "list"}).err, "next: itsmc sync run"));
  CHECK(world.run({"workitem", "summary", "-o", "json"}).out == "[]\n");
  CHECK(world.run({"sync", "history", "-o", "json"}).out == "[]\n");
  CHECK(world.run({"workitem", "show", "INC0000001"}).code == 7);
  CHECK_FALSE(std::filesystem::exists(world.data_dir()));
}

TEST_CASE("a connection that is mistyped is no empty store") {
  CliWorld world;
  fill_store(world);
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"workitem", "list", "--connection", "prd"},
                                             {"workitem", "summary", "--connection", "prd"},
                                             {"sync", "history", "--connection", "prd"}}) {
    const CliResult result = world.run(command);
    CHECK(result.code == 7);
    CHECK(has(result.err, "no connection is called \"prd\""));
  }
  // Its rows may outlive a connection.
  CHECK(world.run({"workitem", "list", "--connection", "prod"}).code == 0);
}

TEST_CASE("a state that nothing is in is a slip where one is near, else there are the others") {
  CliWorld world;
  fill_store(world);
  const std::string slip =
      "error: --state: no work item is in state \"Closd\": did you mean \"Closed\"?\n"
      "hint:  itsmc workitem summary lists the states\n";
  for (const char* verb : {"list", "summary"}) {
    const CliResult closed = world.run({"workitem", verb, "--state", "Closd"});
    CHECK(closed.code == 7);
    CHECK(closed.err == slip);
    const CliResult hidden =
        world.run({"workitem", verb, "--state", "New", "--state", "Closd", "--connection", "prod"});
    CHECK(hidden.code == 7);
    CHECK(has(hidden.err, slip));
    CHECK(has(hidden.out, "New"));
  }
  const CliResult far = world.run({"workitem", "list", "--state", "On Hold", "-o", "json"});
  CHECK(far.code == 0);  // none today may be many tomorrow
  CHECK(far.out == "[]\n");
  CHECK(far.err == "no work items match; none is in state \"On Hold\"; there are: Closed, New\n");
  const CliResult real =
      world.run({"workitem", "list", "--state", "new", "--text", "no such words"});
  CHECK(real.err ==
        "no work items match; what is newer than the last sync comes with: itsmc sync run\n");
  const CliResult code = world.run({"workitem", "list", "--state", "7", "--text", "no such words"});
  CHECK(code.err == real.err);
  CHECK(world.run({"query", "select 1 as a where 0"}).err == "no rows\n");
  CHECK(world.run({"query", "select 1 as a"}).err.empty());
}

TEST_CASE("one work item is shown by number or id; two are refused by name") {
  CliWorld world;
  fill_store(world);
  const CliResult shown = world.run({"workitem", "show", "INC0000003"});
  CHECK(shown.code == 0);
  test::check_golden("workitem/show.table", shown.out);
  const json item = json::parse(world.run({"workitem", "show", id_of(3), "-o", "json"}).out);
  CHECK(item["number"] == "INC0000003");
  CHECK(item["type"] == "incident");
  CHECK(item["open"] == false);
  CHECK(item["closed_at"].is_null());
  const CliResult two = world.run({"workitem", "show", "INC0000005"});
  CHECK(two.code == 7);
  CHECK(two.out.empty());
  CHECK(has(two.err, "incident INC0000005 of prod (" + id_of(5) + ")"));
  CHECK(has(two.err, "change-request INC0000005 of test (" + id_of(5) + ")"));
  CHECK(world.run({"workitem", "show", "INC0000005", "--connection", "test"}).code == 0);
  const CliResult none = world.run({"workitem", "show", "INC9999999"});
  CHECK(none.code == 7);
  CHECK(has(none.err, "\"INC9999999\""));
  CHECK(has(none.err, "hint:"));
}

TEST_CASE("work items are counted") {
  CliWorld world;
  fill_store(world);
  test::check_golden("workitem/summary.table", world.run({"workitem", "summary"}).out);
  test::check_golden("workitem/summary.json", world.run({"workitem", "summary", "-o", "json"}).out);
}

TEST_CASE("SQL reads the store in every format, and only reads") {
  CliWorld world;
  fill_store(world);
  const std::string sql =
      "select number, null as absent, '' as empty, 1.5 as real, x'00ff' as bytes, count(*) "
      "as number from work_items where connection = 'prod'";
  for (const std::string format : {"table", "json", "csv"}) {
    const CliResult result = world.run({"query", sql, "-o", format});
    CHECK(result.code == 0);
    test::check_golden("query/result." + format, result.out);
  }
  world.input = "select count(*) as n from ServiceDesk_CL\n";
  CHECK(world.run({"query", "-", "-o", "json"}).out == "[\n{\"n\":61}\n]\n");
  CHECK(world.run({"query", "select 1 as a, 2 as b", "--fields", "b", "-o", "csv"}).out ==
        "b\r\n2\r\n");
  for (const std::string wrong :
       {"delete from work_items", "update ServiceDesk_CL set Title_s = ''",
        "drop view work_items"}) {
    CHECK(has(world.run({"query", wrong}).err,
              "error: SQL: query only reads, and this statement does more\n"));
  }
  for (const std::string wrong : {"delete from work_item", "selct 1", "", "select 1; select 2"}) {
    const CliResult refused = world.run({"query", wrong});
    CHECK(refused.code == 2);
    CHECK(refused.out.empty());
    CHECK(has(refused.err, "error: "));
  }
  CHECK(world.run({"query"}).code == 2);
}

TEST_CASE("the ledger and the state of streams") {
  CliWorld world;
  fill_store(world);
  add_connection(world);
  test::check_golden("sync/history.json", world.run({"sync", "history", "-o", "json"}).out);
  const CliResult status = world.run({"sync", "status", "-o", "json"});
  CHECK(status.code == 0);
  const json streams = json::parse(status.out);
  REQUIRE(streams.size() == 2);
  CHECK(streams[0]["connection"] == "prod");
  CHECK(streams[0]["type"] == "incident");
  CHECK(streams[0]["rows"] == 60);
  CHECK(streams[0]["open"] == 30);
  CHECK(streams[0]["last_success"].is_string());
  CHECK(streams[1]["last_success"].is_null());
  CHECK(streams[1]["lag_seconds"].is_null());
  for (const std::string key : {"owed", "last_status", "last_error", "sign_in_expires"}) {
    CHECK(streams[0].contains(key));
  }
}

TEST_CASE("staleness is an exit code only where it is asked for") {
  CliWorld world;
  fill_store(world);
  add_connection(world);
  CHECK(world.run({"sync", "status"}).code == 0);
  const CliResult stale = world.run({"sync", "status", "--max-age", "365d"});
  CHECK(stale.code == 9);
  CHECK(has(stale.err, "error: prod: change-request: never synced\nhint:  itsmc sync run prod"));
  CHECK_FALSE(has(stale.err, "incident: the last success"));
  const CliResult all = world.run({"sync", "status", "--max-age", "0s"});
  CHECK(all.code == 9);
  CHECK(has(all.err, "error: prod: incident: the last success is "));
}

TEST_CASE("a watch over nothing is stale") {
  CliWorld world;
  CHECK(world.run({"sync", "status"}).code == 0);
  const CliResult none = world.run({"sync", "status", "--max-age", "30m"});
  CHECK(none.code == 9);
  CHECK(has(none.err, "error: --max-age: nothing is synced: no connections yet"));
  CHECK(has(none.err, (world.config_dir() / "connections").string()));
  fill_store(world);
  add_connection(world);
  world.environment["ITSMC_CONNECTION_PROD_WORK_ITEMS"] = "incident";
  const CliResult type =
      world.run({"sync", "status", "--type", "change-request", "--max-age", "30m"});
  INFO(type.err);
  CHECK(type.code == 9);
  CHECK(has(type.err, "no connection syncs such work items"));
}

TEST_CASE("a quiet sync without connections says where it looked") {
  CliWorld world;
  const CliResult result = world.run({"sync", "run", "--quiet"});
  CHECK(result.code == 0);
  CHECK(result.err == "warning: nothing was synced: no connections in " +
                          (world.config_dir() / "connections").string() + "\n");
}

TEST_CASE("a sync without connections has nothing to do") {
  CliWorld world;
  const CliResult result = world.run({"sync", "run", "-o", "json"});
  CHECK(result.code == 0);
  CHECK(result.out == "[]\n");
  CHECK(has(result.err, "itsmc connection add"));
  CHECK(world.run({"sync", "run", "nobody"}).code == 7);
}

TEST_CASE("a damaged store is said to be damaged") {
  CliWorld world;
  write_atomically(world.data_dir() / "itsmc.db", std::string(5000, 'x'), Privacy::shared);
  const CliResult result = world.run({"workitem", "list", "-o", "json"});
  CHECK(result.code == 3);
  CHECK(result.out.empty());
  CHECK(has(result.err, "error: "));
}
