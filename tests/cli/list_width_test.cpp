#include <catch2/catch.hpp>

#include "cli/display_text.hpp"
#include "cli/stored_items.hpp"
#include "itsmc/core/text.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::test::stored;

TEST_CASE("a list is as wide as the terminal, and says which columns had no room") {
  CliWorld world;
  fill_store(world);
  add_connection(world);
  world.out_is_terminal = true;
  world.environment["NO_COLOR"] = "1";
  struct Row {
    std::vector<std::string> command;
    int width;
    std::string left_out;
  };
  const std::vector<Row> rows{
      {{"workitem", "list", "--limit", "0"}, 80, "no room here for type, priority, assigned_to;"},
      {{"workitem", "list", "--limit", "0"}, 200, ""},
      {{"sync", "status"}, 80, "no room here for "},
      {{"sync", "history"}, 80, "no room here for "},
      {{"workitem", "list", "--fields", "number,title,priority", "--limit", "0"}, 30, ""}};
  for (const Row& row : rows) {
    world.width = row.width;
    const CliResult listed = world.run(row.command);
    INFO(listed.out << listed.err);
    CHECK(listed.code == 0);
    for (const std::string& line : split(listed.out, '\n')) {
      CHECK(cli::display_width(line) <= static_cast<std::size_t>(row.width));
    }
    CHECK(has(listed.err, "no room") == !row.left_out.empty());
    CHECK(has(listed.err, row.left_out));
  }
  world.out_is_terminal = false;
  CHECK(has(world.run({"workitem", "list"}).out, "ASSIGNED TO"));
}

TEST_CASE("a narrow terminal cuts no word that the next command needs") {
  CliWorld world;
  fill_store(world);
  world.out_is_terminal = true;
  world.width = 42;
  for (const auto& [locale, mark] :
       {std::pair("C.UTF-8", "\xE2\x80\xA6 "), std::pair("C", "... ")}) {
    world.environment["LANG"] = locale;
    const CliResult listed =
        world.run({"workitem", "list", "--limit", "5", "--fields", "number,title,updated_at"});
    CHECK(has(listed.out, "INC0000059"));
    CHECK(has(listed.out, mark));  // other columns gave way
    CHECK(has(listed.out, "\xE2") == (std::string_view(locale) != "C"));
  }
}

TEST_CASE("how a stream fared outlasts the other columns of a narrow terminal") {
  CliWorld world;
  fill_store(world);
  add_connection(world);
  store::Store(world.data_dir() / "itsmc.db", store::OpenMode::read_write)
      .begin_run("0f1e2d3c4b5a6978", {"prod", WorkItemType::incident}, k_begin);
  world.environment["NO_COLOR"] = "1";
  world.out_is_terminal = true;
  struct Row {
    std::vector<std::string> words;
    int width;
    std::vector<std::string> headers, left_out;
  };
  const std::vector<Row> rows{
      {{"sync", "status"}, 40, {"CONNECTION", "TYPE", "LAG", "STATUS"}, {"last_success", "open"}},
      {{"sync", "status"}, 20, {"CONNECTION", "STATUS"}, {"type", "lag_seconds"}},
      {{"sync", "status"}, 200, {"CONNECTION", "TYPE", "LAST SUCCESS", "LAG", "STATUS"}, {}},
      {{"sync", "history"}, 60, {"RUN", "CONNECTION", "TYPE", "STATUS"}, {"started"}},
      {{"sync", "history"}, 40, {"RUN", "TYPE", "STATUS"}, {"started", "connection"}},
      // Who asks for columns has ordered them.
      {{"sync", "status", "--fields", "connection,last_success,last_status"},
       34,
       {"CONNECTION", "LAST SUCCESS"},
       {"last_status"}}};
  for (const Row& row : rows) {
    world.width = row.width;
    const CliResult listed = world.run(row.words);
    INFO(row.width << '\n' << listed.out << listed.err);
    const std::string headers = split(listed.out, '\n').front();
    for (const std::string& header : row.headers) CHECK(has(headers, header));
    for (const std::string& name : row.left_out) CHECK(has(listed.err, name));
    CHECK(has(listed.err, "no room") == !row.left_out.empty());
  }
}

TEST_CASE("what had no room is said as wide as the terminal, elsewhere in one line") {
  CliWorld world;
  fill_store(world);
  add_connection(world);
  world.out_is_terminal = true;
  world.width = 40;
  const std::string in_a_file = world.run({"sync", "status"}).err;
  CHECK(split(in_a_file, '\n').size() == 2);
  CHECK(cli::display_width(in_a_file) > 40);
  world.err_is_terminal = true;
  const std::string shown = world.run({"sync", "status"}).err;
  for (const std::string& line : split(shown, '\n')) {
    INFO(shown);
    CHECK(cli::display_width(line) <= 40);
  }
  CHECK(join(split(shown, '\n'), " ") == join(split(in_a_file, '\n'), " "));
  const std::string json = world.run({"sync", "status", "--error-format", "json"}).err;
  CHECK(split(json, '\n').size() == 2);
  CHECK(!has(json, "\\n"));
}

TEST_CASE("no list is wider than its terminal, and what was left out is said") {
  CliWorld world;
  fill_store(world);
  world.environment["NO_COLOR"] = "1";
  world.out_is_terminal = true;
  struct Row {
    int width;
    std::vector<std::string> words;
  };
  const std::vector<Row> rows{
      {40, {"workitem", "list", "--limit", "5"}},
      {40, {"sync", "history"}},
      {30, {"sync", "status"}},
      {80,
       {"workitem", "list", "--fields",
        "number,title,description,state,assigned_to,updated_at,id"}},
  };
  for (const Row& row : rows) {
    INFO(row.words[0] << ' ' << row.words[1]);
    world.width = row.width;
    const CliResult listed = world.run(row.words);
    CHECK(listed.code == 0);
    for (const std::string& line : split(listed.out, '\n')) {
      INFO(line);
      CHECK(cli::display_width(line) <= static_cast<std::size_t>(row.width));
    }
    if (!listed.out.empty()) CHECK(has(listed.err, "no room here for "));
  }
}
