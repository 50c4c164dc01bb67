#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/dashboard/page.hpp"
#include "cli/dashboard/view.hpp"
#include "cli/dashboard_bench.hpp"
#include "cli/display_text.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/creations.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::test::board;
using nlohmann::json;

TEST_CASE("the dashboard draws its four parts in any width") {
  struct Case {
    std::string name, locale;
    int width = 0;  // 0: piped
  };
  const auto one = GENERATE(values<Case>({{"narrow", "C.UTF-8", 40},
                                          {"usual", "C.UTF-8", 80},
                                          {"wide", "C.UTF-8", 200},
                                          {"ascii", "C", 80},
                                          {"piped", "C.UTF-8", 0}}));
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  world.environment["LANG"] = one.locale;
  world.environment["NO_COLOR"] = "1";
  world.out_is_terminal = one.width > 0;
  world.width = one.width;
  const CliResult drawn = world.run({"dashboard"});
  CHECK(drawn.code == 0);
  CHECK_FALSE(has(drawn.out, "\x1b"));
  test::check_golden("dashboard/" + one.name + ".txt", drawn.out);
}

TEST_CASE("no line of the dashboard is wider than its terminal, but for names and commands") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  world.out_is_terminal = true;
  world.environment["TERM"] = "dumb";
  for (const char* locale : {"C", "C.UTF-8"}) {
    for (const int width : {40, 60, 80, 120, 200}) {
      CAPTURE(locale, width);
      world.environment["LANG"] = locale;
      world.width = width;
      const CliResult drawn = world.run({"dashboard"});
      CHECK_FALSE(has(drawn.out, "\x1b"));
      CHECK_FALSE(has(drawn.out, "\u2026"));
      CHECK_FALSE(has(drawn.out, "..."));
      CHECK(has(drawn.out, "\u2588") == (std::string_view(locale) != "C"));
      CHECK(has(drawn.out, "change-request"));
      CHECK(has(drawn.out, "hint: itsmc connection test prod\n"));
      for (const std::string& line : split(drawn.out, '\n')) {
        CAPTURE(line);
        const bool command = line.starts_with("list ") || has(line, "next: ");
        CHECK((command || cli::display_width(line) <= static_cast<std::size_t>(width)));
      }
    }
  }
}

TEST_CASE("a part that leaves columns out says so once") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  world.out_is_terminal = true;
  world.environment["NO_COLOR"] = "1";
  struct Row {
    std::string part;
    int width;
    std::string said;
  };
  for (const Row& row :
       {Row{"work-items", 60, "no room here for NEWEST, OF THE MOST; a pipe shows all: |cat\n"},
        Row{"computers", 40, "no room here for NEWEST, OF THE MOST; a\npipe shows all: |cat\n"},
        Row{"connectors", 40, "no room here for "}, Row{"work-items", 200, ""}}) {
    CAPTURE(row.part, row.width);
    world.width = row.width;
    const std::string drawn = world.run({"dashboard", "--part", row.part}).out;
    INFO(drawn);
    CHECK(has(drawn, row.said));
    const std::size_t first = drawn.find("no room");
    CHECK((first == std::string::npos) == row.said.empty());
    CHECK((first == std::string::npos || drawn.find("no room", first + 1) == std::string::npos));
  }
  world.out_is_terminal = false;
  CHECK_FALSE(has(world.run({"dashboard"}).out, "no room"));
}

TEST_CASE("equal messages are one row that tells its message, and a hint is told once") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  store::Store store(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
  int minute = 0;
  const auto fail = [&](WorkItemType type, const char* said, const char* hint) {
    const Timestamp at = k_now + std::chrono::minutes(++minute);
    StreamReport report{.connection = "prod", .type = type};
    report.status = StreamState::failed;
    report.error = Error(ErrorKind::denied, said, hint);
    store.end_run(store.begin_run(fmt::format("run-{}", 10 + minute), {"prod", type}, at), report,
                  at);
  };
  for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request}) {
    fail(type, "prod: ServiceNow is away", "itsmc connection test prod");
    fail(type, "prod: needs a sign-in", "itsmc connection login prod");
    fail(type, "prod: needs a sign-in", "itsmc connection login prod");
    fail(type, "prod: the server is tired", "itsmc connection test prod");
  }
  const std::string drawn = world.run({"dashboard", "--part", "connectors"}).out;
  INFO(drawn);
  CHECK(has(drawn,
            "CONNECTION  TYPE                      STATUS  RUNS  LAST\n"
            "prod        incident, change-request  failed     2  2026-01-01T20:48:00Z\n"
            "  the server is tired\n"
            "  hint: itsmc connection test prod\n"
            "prod        incident, change-request  failed     4  2026-01-01T20:47:00Z\n"
            "  needs a sign-in\n"
            "  hint: itsmc connection login prod\n"
            "prod        incident, change-request  failed     2  2026-01-01T20:45:00Z\n"
            "  ServiceNow is away\n"
            "prod        change-request            failed     1  2026-01-01T20:40:00Z\n"
            "  ServiceNow said: User Not Authorized (403)\n"
            "prod        incident, change-request  ok         2  2026-01-01T20:40:00Z\n"
            "list them: "));
  // The rows stay as they are for programs.
  CHECK(json::parse(world.run({"dashboard", "-o", "json"}).out)["messages"].size() == 9);
  const std::string few = world.run({"dashboard", "--part", "connectors", "--limit", "1"}).out;
  CHECK(has(few, "  the server is tired\n  hint: itsmc connection test prod\n4 more; all: "));
}

TEST_CASE("the fields of each part are told") {
  CliWorld world;
  struct Case {
    std::string part, field;
  };
  const auto one = GENERATE(values<Case>({{"work-items", "newest"},
                                          {"computers", "name"},
                                          {"connectors", "last_error"},
                                          {"alert-rules", "firing"}}));
  CAPTURE(one.part);
  const CliResult help = world.run({"dashboard", "--part", one.part, "--fields", "help"});
  CHECK(help.code == 0);
  CHECK(has("\n" + help.out, "\n" + one.field));
  const CliResult schema = world.run({"dashboard", "--part", one.part, "--fields", "schema"});
  CHECK(schema.code == 0);
  CHECK(json::parse(schema.out)["items"]["properties"].contains(one.field));
  const CliResult all = world.run({"dashboard", "--fields", "help"});
  CHECK(all.code == 0);
  CHECK(has(all.out, "(--part " + one.part + ")\n"));
  CHECK(has(all.out, "\n" + one.field));
}

TEST_CASE("a page is whole: what makes a list of it is refused") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  struct Case {
    std::vector<std::string> options;
    std::string named;
  };
  for (const Case& one : {Case{{"--part", "computers"}, "--part"}, Case{{"-o", "json"}, "--output"},
                          Case{{"--fields", "name"}, "--fields"}, Case{{"--jq", "."}, "--jq"}}) {
    CAPTURE(one.named);
    std::vector<std::string> words{"dashboard", "--html", "-"};
    words.insert(words.end(), one.options.begin(), one.options.end());
    const CliResult refused = world.run(words);
    CHECK(refused.code == 2);
    CHECK(has(refused.err, one.named + " wants something else"));
    CHECK(refused.out.empty());
  }
  // What stands for every command yields to what was typed for this one.
  world.environment["ITSMC_OUTPUT"] = "json";
  CHECK(world.run({"dashboard", "--html", "-"}).out.starts_with("<!doctype html>"));
  world.environment["ITSMC_OUTPUT"] = "";
  world.environment["ITSMC_HTML"] = "-";
  CHECK(world.run({"dashboard", "-o", "json"}).out.starts_with("{"));
}

TEST_CASE("a page tells its numbers to a browser without scripts") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  bring(world, {"prod", WorkItemType::incident}, {{99, "x", "<b>vm&09</b>", 1, true}});
  const std::string html = world.run({"dashboard", "--html", "-"}).out;
  const std::size_t begin = html.find("<noscript>"), end = html.find("</noscript>");
  REQUIRE(begin < end);
  REQUIRE(end < html.size());
  const std::string shown = html.substr(begin, end - begin);
  CHECK(has(shown, "<td>vm01</td><td>14</td>"));
  CHECK(has(shown, "<td>&lt;b>vm&amp;09&lt;/b></td>"));
  CHECK(has(shown, "User Not Authorized (403)"));
  CHECK(has(shown, "Alert rules: none"));
  CHECK_FALSE(has(html, "{{"));
}

TEST_CASE("a connection that was never synced says so") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  write_atomically(world.config_dir() / "connections" / "fresh.toml",
                   "partner = \"servicenow\"\nurl = \"https://acme.service-now.com\"\n"
                   "username = \"itsmc\"\nclient-id = \"0a1b2c\"\n",
                   Privacy::shared);
  CHECK(has(world.run({"dashboard", "--part", "connectors"}).out, "incident        never"));
  const CliResult events = world.run({"dashboard", "--type", "event"});
  CHECK(has(events.out, "Connector status\nnone with these filters\n"));
  CHECK_FALSE(has(events.out, "connection add"));
}

TEST_CASE("colour is for terminals that want it") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  CHECK_FALSE(has(world.run({"dashboard"}).out, "\x1b"));
  world.out_is_terminal = true;
  CHECK(has(world.run({"dashboard"}).out, "\x1b[1mImpacted computers"));
}

TEST_CASE("the dashboard counts what the list lists") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  const json board = json::parse(world.run({"dashboard", "-o", "json"}).out);
  CHECK(board["since"] == "2025-11-02T00:00:00Z");  // 60 days, the connection's window
  CHECK(board["older"] == 1);
  CHECK(board["work_items"][0]["created"] == 41);
  CHECK(board["work_items"][0]["open"] == 10);
  CHECK(board["work_items"][1]["type"] == "change-request");
  // "vm01" and "VM01" are one, as for --ci.
  CHECK(board["computers"][0]["created"] == 14);
  CHECK(json::parse(world.run({"workitem", "list", "--ci", "vm01", "-o", "json"}).out).size() ==
        14);
  CHECK(board["computers_in_all"] == 3);
  CHECK(board["without_computer"] == 26);
  int sum = 0;
  for (const json& one : board["intervals"]) sum += one["created"].get<int>();
  CHECK(sum == 42);
  CHECK(board["messages"].size() == 3);
  CHECK(board["messages"].front()["hint"] == "itsmc connection test prod");
  CHECK(board["alert_rules"].empty());
}

TEST_CASE("a dashboard's options choose what is counted") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  const auto created = [&world](std::vector<std::string> options) {
    options.insert(options.begin(), {"dashboard", "-o", "json"});
    const json board = json::parse(world.run(options).out);
    int sum = 0;
    for (const json& one : board["work_items"]) sum += one["created"].get<int>();
    return sum;
  };
  CHECK(created({"--type", "change-request"}) == 1);
  CHECK(created({"--computer", "Vm01"}) == 14);
  CHECK(created({"--days", "3"}) == 3);
  CHECK(created({"--since", "2025-01-01"}) == 43);
  CHECK(world.run({"dashboard", "--connection", "prd"}).code == 7);
  CHECK(world.run({"dashboard", "--part", "computer"}).code == 2);
  CHECK(world.run({"dashboard", "-o", "csv"}).code == 2);
  CHECK(world.run({"dashboard", "--part", "computers", "-o", "csv", "--fields", "name,open"}).out ==
        "name,open\r\nvm01,3\r\no'brien pc,1\r\n\u8cc7\u6599\u5eab\u4e3b\u6a5f,1\r\n");
}

TEST_CASE("a window begins at one moment: since and days exclude each other") {
  struct Case {
    std::string name;
    std::vector<std::string> options;
    std::map<std::string, std::string> variables;
    std::string config, refusal;  // empty: counted
    int created;
  };
  const std::string all = "2025-01-01";
  const auto one = GENERATE_COPY(values<Case>({
      {"both typed", {"--since", all, "--days", "3"}, {}, "", "--since and --days exclude", 0},
      {"both set",
       {},
       {{"ITSMC_SINCE", all}, {"ITSMC_DAYS", "3"}},
       "",
       "ITSMC_SINCE and ITSMC_DAYS exclude",
       0},
      {"both of the file",
       {},
       {},
       "since = \"2025-01-01\"\ndays = 3\n",
       "--since and --days of config.toml exclude",
       0},
      {"typed days before a set since", {"--days", "3"}, {{"ITSMC_SINCE", all}}, "", "", 3},
      {"typed since before set days", {"--since", all}, {{"ITSMC_DAYS", "3"}}, "", "", 42},
      {"an empty variable is none", {"--days", "3"}, {{"ITSMC_SINCE", ""}}, "", "", 3},
      {"set days before the file", {}, {{"ITSMC_DAYS", "3"}}, "since = \"2025-01-01\"\n", "", 3},
  }));
  CAPTURE(one.name);
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  if (!one.config.empty()) {
    write_atomically(world.config_dir() / "config.toml", one.config, Privacy::shared);
  }
  for (const auto& [name, value] : one.variables) world.environment[name] = value;
  std::vector<std::string> command{"dashboard", "-o", "json", "--type", "incident"};
  command.insert(command.end(), one.options.begin(), one.options.end());
  const CliResult result = world.run(command);
  INFO(result.err);
  CHECK(result.code == (one.refusal.empty() ? 0 : 2));
  CHECK(has(result.err, one.refusal));
  if (one.refusal.empty()) {
    CHECK(json::parse(result.out)["work_items"][0]["created"] == one.created);
  }
}

TEST_CASE("a dashboard says nothing untrue of what a filter keeps out") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  const CliResult none = world.run({"dashboard", "--computer", "vm99"});
  CHECK(none.code == 0);
  CHECK(has(none.err, "no work item in the store affects \"vm99\"; itsmc ci list says what"));
  CHECK(has(none.out,
            "Work items created\n0 created from 2025-11-02 to 2026-01-01\n"
            "none with these filters\n"));
  CHECK(has(none.out, "Impacted computers\nnone with these filters\n"));
  CHECK_FALSE(has(none.out, "bring them over"));
  CHECK_FALSE(has(none.out, "no work item names"));
  const CliResult old = world.run({"dashboard", "--since", "2026-01-01T20:00:00Z"});
  CHECK(has(old.out, "none in this window; --since shows older ones\n"));
  CHECK(world.run({"dashboard", "--computer", "vm01"}).err.empty());
}

TEST_CASE("a damaged connection file shrinks no window, and is told") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  write_atomically(world.config_dir() / "connections" / "torn.toml", "partner = \"",
                   Privacy::shared);
  const CliResult drawn = world.run({"dashboard", "-o", "json"});
  CHECK(drawn.code == 3);
  CHECK(has(drawn.err, "torn.toml"));
  CHECK(json::parse(drawn.out)["since"] == "2025-09-03T00:00:00Z");  // 120 days
  CHECK(json::parse(drawn.out)["older"] == 0);
}

TEST_CASE("what went wrong leads the messages") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  store::Store store(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
  const store::StreamKey stream{"prod", WorkItemType::incident};
  store.end_run(store.begin_run("run-3", stream, k_now + std::chrono::minutes(1)),
                {.connection = "prod"}, k_now + std::chrono::minutes(1));
  const json board = json::parse(world.run({"dashboard", "-o", "json"}).out);
  CHECK(board["messages"].front()["status"] == "failed");
}

TEST_CASE("an absent store has an empty dashboard that leads on") {
  CliWorld world;
  const CliResult drawn = world.run({"dashboard"});
  CHECK(drawn.code == 0);
  CHECK(has(drawn.out, "itsmc connection add"));
  CHECK(has(drawn.out, "no alerts recorded yet"));
  CHECK_FALSE(std::filesystem::exists(world.data_dir()));
}

TEST_CASE("alert rules are counted by the work items made of them") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  store::Creations notes(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
  for (const char* id : {"a", "b"}) {
    store::Creation note{.connection = "prod", .correlation_id = id};
    note.rule = "disk-rule";
    note.noted_at = k_now;
    notes.note(note);
  }
  const CliResult rows = world.run({"dashboard", "--part", "alert-rules", "-o", "csv",
                                    "--no-headers", "--fields", "name,created"});
  CHECK(rows.out == "disk-rule,2\r\n");
}

TEST_CASE("the page is one file in which no title can become markup") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  const std::string html = world.run({"dashboard", "--html", "-"}).out;
  CHECK(html.starts_with("<!doctype html>"));
  CHECK_FALSE(has(html, "</script><script>x"));
  CHECK(has(html, "\\u003c/script>\\u003cscript>x"));
  CHECK(has(html, "default-src 'none'; style-src 'sha256-"));
  CHECK_FALSE(has(html, "{{"));
  const std::filesystem::path file = world.data_dir() / "page.html";
  const CliResult written = world.run({"dashboard", "--html", file.string()});
  CHECK(has(written.err, "page.html"));
  CHECK(read_file(file) == html);
}

TEST_CASE("charts are drawn to scale") {
  using cli::Charset;
  CHECK(cli::sparkline(std::vector<std::int64_t>{0, 1, 50, 100}, Charset::unicode) ==
        " \u2581\u2584\u2588");
  CHECK(cli::sparkline(std::vector<std::int64_t>{0, 1, 100}, Charset::ascii) == " _#");
  CHECK(cli::sparkline({}, Charset::ascii).empty());
  CHECK(cli::bar(1, 1'000, 10, Charset::ascii) == "#");
  CHECK(cli::bar(1'000, 1'000, 4, Charset::ascii) == "####");
  CHECK(cli::bar(0, 10, 4, Charset::ascii).empty());
  CHECK(cli::fold(std::vector<std::int64_t>{1, 2, 3, 4, 5}, 2) == std::vector<std::int64_t>{6, 9});
  CHECK(cli::fold(std::vector<std::int64_t>{1, 2}, 40) == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a name is quoted for the shell where it needs it") {
  CHECK(cli::shell_word("vm01.contoso.example") == "vm01.contoso.example");
  CHECK(cli::shell_word("o'brien pc") == "'o'\\''brien pc'");
  CHECK(cli::shell_word("").size() == 2);
  CHECK(cli::shell_word("a\nb; rm") == "'a b; rm'");
}

TEST_CASE("the locale says what the terminal can show") {
  const auto under = [](std::map<std::string, std::string> set) {
    return cli::charset_of([&set](const std::string& name) -> std::optional<std::string> {
      const auto found = set.find(name);
      return found == set.end() ? std::nullopt : std::optional(found->second);
    });
  };
  CHECK(under({}) == cli::Charset::ascii);
  CHECK(under({{"LANG", "zh_TW.UTF-8"}}) == cli::Charset::unicode);
  CHECK(under({{"LC_ALL", "C"}, {"LANG", "en_GB.utf8"}}) == cli::Charset::ascii);
  CHECK(under({{"LC_ALL", ""}, {"LC_CTYPE", "en_GB.utf8"}}) == cli::Charset::unicode);
}
