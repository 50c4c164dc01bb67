#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "cli/jq_output.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using itsmc::cli::JqOutput;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;

namespace {

std::string filtered(const std::string& expression, const std::vector<std::string>& pieces,
                     JqOutput::Shown shown = JqOutput::Shown::raw) {
  test::TextOutput out;
  JqOutput output(expression, out, shown, {});
  for (const std::string& piece : pieces) output.write(piece);
  output.finish();
  return out.text;
}

void add_connections(CliWorld& world) {
  for (const std::string name : {"prod", "test"}) {
    write_atomically(world.config_dir() / "connections" / (name + ".toml"),
                     "partner = \"servicenow\"\nurl = \"https://" + name +
                         ".service-now.com\"\nusername = \"itsmc\"\nclient-id = \"0a1b2c\"\n",
                     Privacy::shared);
  }
}

}  // namespace

TEST_CASE("jq's results are lines: texts raw, null empty, the rest compact JSON") {
  struct Row {
    std::string expression, json, expected;
  };
  const std::vector<Row> rows{
      {".", R"({"a": [1, 2.5, null], "b": "x"})", "{\"a\":[1,2.5,null],\"b\":\"x\"}\n"},
      {".[].name", R"([{"name":"prod"},{"name":"a \"b\""}])", "prod\na \"b\"\n"},
      {".[]", "[1,true,null,\"two\\nlines\"]", "1\ntrue\n\ntwo\nlines\n"},
      {"map(.n) | add", R"([{"n":1},{"n":2}])", "3\n"},
      {".[] | [.a, .b] | @csv", R"([{"a":"x","b":1}])", "\"x\",1\n"},
      {"empty", "[]", ""},
      {"., halt", "7", "7\n"},
      {"[inputs]", "7", "[]\n"},
      {"get_search_list", "7", "[]\n"},
      {"input_filename", "7", "\n"},
  };
  for (const Row& row : rows) {
    INFO(row.expression);
    CHECK(filtered(row.expression, {row.json}) == row.expected);
  }
}

TEST_CASE("JSON comes in pieces, one value or many") {
  CHECK(filtered("length", {"[\n{\"a\":", "1}", ",\n{}\n", "]\n"}) == "2\n");
  CHECK(filtered(".a", {"{\"a\":1}\n{\"a\"", ":\"\xC3", "\xA9\"}\n"}) == "1\n\xC3\xA9\n");
  CHECK(filtered(".", {}).empty());
}

TEST_CASE("a stop ends the program that runs, and not one that begins after it") {
  test::TextOutput out;
  std::stop_source stop;
  JqOutput endless("def f: f; f", out, JqOutput::Shown::raw, stop.get_token());
  std::thread asks([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.request_stop();
  });
  const Error error = test::error_of([&] { endless.write("1\n"); });
  asks.join();
  CHECK(error.kind() == ErrorKind::cancelled);
  JqOutput report(".", out, JqOutput::Shown::raw, stop.get_token());
  report.write("1\n");
  report.finish();
  CHECK(out.text == "1\n");
}

TEST_CASE("on a terminal, results are harmless") {
  CHECK(filtered(".", {R"("a\u001b[2Jb\nc")"}, JqOutput::Shown::harmless) ==
        "a\xE2\x90\x9B[2Jb\nc\n");
}

TEST_CASE("what jq refuses is wrong usage, in jq's words") {
  struct Row {
    std::string expression, json, said;
  };
  const std::vector<Row> rows{
      {".foo |", "{}", "--jq: syntax error"},
      {"nosuch", "{}", "--jq: nosuch/0 is not defined"},
      {".a", "[]", "--jq: Cannot index array with string \"a\""},
      {"error({\"a\":1})", "[]", "--jq: {\"a\":1}"},
      {"\"enough\" | halt_error", "1", "--jq: enough"},
      {".", "name = 1", "--jq: Invalid"},
      {".", "[1,", "--jq: Unfinished JSON term"},
      {"input", "1", "--jq: No more inputs"},
      {"input_line_number", "1", "--jq: Unknown input line number"},
      {"import \"x\" as x; .", "1", "--jq: \"import\" is not possible: there are no modules"},
      {" # of ours\ninclude \"x\"; .", "1", "--jq: \"include\" is not possible"},
      {"module {}; .", "1", "--jq: \"module\" is not possible"},
      {"\"x\" | modulemeta", "1", "--jq: "},
  };
  for (const Row& row : rows) {
    INFO(row.expression);
    const Error error = test::error_of([&] { (void)filtered(row.expression, {row.json}); });
    CHECK(error.kind() == ErrorKind::usage);
    INFO(error.text());
    CHECK(has(error.text(), row.said));
    CHECK_FALSE(has(error.text(), "jq: error"));
    CHECK_FALSE(has(error.text(), "\n"));
  }
}

TEST_CASE("--jq goes with every command that prints JSON, and implies it") {
  CliWorld world;
  add_connections(world);
  const CliResult names = world.run({"connection", "list", "--jq", ".[].name"});
  CHECK(names.err.empty());
  CHECK(names.code == 0);
  CHECK(names.out == "prod\ntest\n");
  CHECK(world.run({"connection", "list", "-o", "ndjson", "--jq", ".name"}).out == "prod\ntest\n");
  CHECK(world.run({"connection", "show", "prod", "--jq", ".partner"}).out == "servicenow\n");
  CHECK(world.run({"sync", "status", "--jq", "length"}).out == "4\n");
  CHECK(world.run({"workitem", "list", "--jq", "length"}).out == "0\n");
  CHECK(world.run({"dashboard", "--jq", "type"}).out == "object\n");
  world.environment["ITSMC_OUTPUT"] = "csv";
  CHECK(world.run({"connection", "list", "--jq", "length"}).out == "2\n");
  CHECK(has(world.run({"connection", "list", "--fields", "help", "--jq", "."}).out, "partner"));
}

TEST_CASE("--jq is refused before the command does anything") {
  CliWorld world;
  add_connections(world);
  const CliResult removed =
      world.run({"connection", "remove", "prod", "--yes", "--jq", ".[", "-o", "json"});
  CHECK(removed.code == 2);
  CHECK(has(removed.err, "error: --jq: syntax error"));
  CHECK(world.run({"connection", "list", "--jq", "length"}).out == "2\n");
  const CliResult csv = world.run({"connection", "list", "-o", "csv", "--jq", "."});
  CHECK(csv.code == 2);
  CHECK(has(csv.err, "--jq filters JSON, not csv"));
  CHECK(csv.out.empty());
}
