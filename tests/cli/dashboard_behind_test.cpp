#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/dashboard_bench.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/creations.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::test::board;
using nlohmann::json;

namespace {

/// The words of a command line as a POSIX shell reads them: both quotes, and \' between them.
std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && c == '\\') {
      words.back() += line[++i];
    } else if (quote == 0 && c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// The commands that a drawn dashboard names for what is behind it, without "itsmc".
std::vector<std::vector<std::string>> commands_behind(std::string_view drawn) {
  std::vector<std::vector<std::string>> commands;
  for (const std::string& line : split(drawn, '\n')) {
    const std::size_t at = line.find(": itsmc ");
    if (!line.starts_with("list ") || at == std::string::npos) continue;
    commands.push_back(shell_words(std::string_view(line).substr(at + 8)));
  }
  return commands;
}

std::int64_t sum(const json& rows, const char* key) {
  std::int64_t all = 0;
  for (const json& row : rows) all += row[key].get<std::int64_t>();
  return all;
}

void add_notes(CliWorld& world) {
  store::Creations notes(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
  for (const char* id : {"a", "b", "c"}) {
    store::Creation note{.connection = "prod", .correlation_id = id};
    note.rule = *id == 'c' ? "cpu's rule" : "disk-rule";
    note.noted_at = k_now;
    notes.note(note);
  }
}

}  // namespace

TEST_CASE("each part names the command that lists exactly what it has counted") {
  using Words = std::vector<std::string>;
  const auto one = GENERATE(values<Words>({{},
                                           {"--days", "30"},
                                           {"--days", "3"},
                                           {"--since", "2025-01-01"},
                                           {"--since", "2025-12-20T19:39:59.999Z"},
                                           {"--connection", "prod", "--days", "60"},
                                           {"--type", "change-request"},
                                           {"--type", "incident,change-request"},
                                           {"--computer", "o'brien pc"}}));
  CAPTURE(one);
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  add_notes(world);
  const auto ran = [&world](Words words, const Words& options) {
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"-o", "json"});
    const CliResult result = world.run(words);
    INFO(result.err);
    CHECK(result.code == 0);
    CHECK_FALSE(has(result.err, "showing"));
    return json::parse(result.out);
  };
  const json board = ran({"dashboard"}, one);
  Words drawn{"dashboard"};
  drawn.insert(drawn.end(), one.begin(), one.end());
  const std::vector<Words> commands = commands_behind(world.run(drawn).out);
  const std::vector<std::int64_t> counted{
      sum(board["work_items"], "created"),
      board["computers"].empty() ? 0 : board["computers"][0]["created"].get<std::int64_t>(),
      static_cast<std::int64_t>(board["connectors"].size()), sum(board["messages"], "runs"),
      sum(board["alert_rules"], "created")};
  std::size_t next = 0;
  for (const std::int64_t count : counted) {
    if (count == 0) continue;  // then the part says why
    REQUIRE(next < commands.size());
    CAPTURE(commands[next]);
    CHECK(static_cast<std::int64_t>(ran(commands[next], {}).size()) == count);
    ++next;
  }
  CHECK(next == commands.size());
}

TEST_CASE("more than a list shows is listed without a limit") {
  CliWorld world;
  world.clock.set(k_now);
  std::vector<Item> items;
  for (int i = 1; i <= 60; ++i) items.push_back({i, "x", "-vm", 1, true});
  bring(world, {"prod", WorkItemType::incident}, items);
  const std::vector<std::vector<std::string>> commands =
      commands_behind(world.run({"dashboard"}).out);
  for (const std::size_t i : {0U, 1U}) {
    std::vector<std::string> words = commands.at(i);
    words.insert(words.end(), {"-o", "json"});
    CHECK(json::parse(world.run(words).out).size() == 60);
  }
}

TEST_CASE("all of a part is asked for with the filters and the window of the dashboard") {
  CliWorld world;
  world.clock.set(k_now);
  fill(world);
  const auto more = [&world](std::vector<std::string> options) {
    options.insert(options.begin(), {"dashboard", "--limit", "1"});
    for (const std::string& line : split(world.run(options).out, '\n')) {
      if (has(line, " more; all: ") && has(line, "computers")) return line;
    }
    return std::string("none");
  };
  CHECK(more({"--days", "60"}) ==
        "2 more; all: itsmc dashboard --part computers --limit 0 --days 60");
  CHECK(more({"--since", "2025-12-20", "--connection", "prod"}) ==
        "2 more; all: itsmc dashboard --part computers --limit 0 --connection prod --since "
        "2025-12-20");
  CHECK(more({}) == "2 more; all: itsmc dashboard --part computers --limit 0");
}

TEST_CASE("a computer that nobody can type has no command") {
  CliWorld world;
  world.clock.set(k_now);
  bring(world, {"prod", WorkItemType::incident}, {{1, "x", "vm\x1b[31m01", 1, true}});
  const CliResult drawn = world.run({"dashboard", "--part", "computers"});
  CHECK(has(drawn.out, "\u241b[31m01"));
  CHECK_FALSE(has(drawn.out, "--ci"));
}
