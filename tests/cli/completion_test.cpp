#include "cli/completion.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "cli/globals.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/core/text.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;

namespace {

/// Candidates without their meanings, the kind first.
std::string answer(CliWorld& world, std::vector<std::string> words) {
  words.insert(words.begin(), "__complete");
  const CliResult result = world.run(words);
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  std::string text;
  for (const std::string& line : split(result.out, '\n')) {
    if (!line.empty()) text += line.substr(0, line.find('\t')) + " ";
  }
  return text;
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("completion offers what fits at the place") {
  CliWorld world;
  for (const std::string name : {"prod", "proof"}) {
    write_file(world.config_dir() / "connections" / (name + ".toml"), "");
  }
  write_file(world.config_dir() / "workspaces" / "law.toml", "");
  write_file(world.config_dir() / "actions" / "cpu.toml", "");
  struct Row {
    std::vector<std::string> words;
    std::string expected;
  };
  const std::vector<Row> rows{
      {{"conn"}, "words connection "},
      {{"connection", "e"}, "words edit "},
      {{"-o", "json", "connection", "e"}, "words edit "},
      {{"connection", "show", "pr"}, "words prod proof "},
      {{"connection", "show", "prod", ""}, "words "},
      {{"connection", "add", "p"}, "words "},
      {{"sync", "run", "prod", "proo"}, "words proof "},
      {{"sync", "run", "--jobs", "2", "prod", "proo"}, "words proof "},
      {{"workitem", "list", "--connection", "pro"}, "list prod proof "},
      {{"workitem", "list", "--connection", "prod,"}, "list prod,proof "},
      {{"workitem", "list", "--upd"}, "words --updated-since "},
      {{"workitem", "list", "--fields", "number,tit"}, "list number,title "},
      {{"workitem", "list", "--fields=number,tit"}, "list --fields=number,title "},
      {{"workitem", "list", "--sort", "-upda"}, "words -updated_at "},
      {{"workitem", "list", "-o", "n"}, "words ndjson "},
      {{"workitem", "list", "--open=f"}, "words --open=false "},
      {{"workitem", "list", "--type", "incident,ch"}, "list incident,change-request "},
      {{"connection", "show", "--fields", "url"}, "list url "},
      {{"connection", "add", "x", "--partner", "s"}, "words servicenow scsm "},
      {{"connection", "add", "x", "--work-items", "incident,"}, "list incident,change-request "},
      {{"connection", "add", "x", "--password-file", "a"}, "files "},
      {{"connection", "list", "--data-dir", ""}, "directories "},
      {{"connection", "edit", "prod", "--workspace", ""}, "words law "},
      {{"workspace", "test", ""}, "words law "},
      {{"workitem", "create", "--action", ""}, "words cpu "},
      {{"completion", "z"}, "words zsh "},
      {{"help", "exit"}, "words exit-codes "},
      {{"help", "sync", "hi"}, "words history "},
      {{"nonsense", ""}, "words "},
      {{"workitem", "list", "--state", ""}, "words "},
  };
  for (const Row& row : rows) {
    INFO(join(row.words, " "));
    CHECK(answer(world, row.words) == row.expected);
  }
  CHECK_FALSE(std::filesystem::exists(world.data_dir()));
  CHECK_FALSE(std::filesystem::exists(world.state_dir()));
}

TEST_CASE("completion takes the directories of the line and of the environment") {
  CliWorld world;
  CliWorld other;
  write_file(other.config_dir() / "connections" / "elsewhere.toml", "");
  const std::string place = other.config_dir().string();
  CHECK(answer(world, {"--config-dir", place, "connection", "show", ""}) == "words elsewhere ");
  CHECK(answer(world, {"connection", "show", "--config-dir=" + place, ""}) == "words elsewhere ");
  world.environment["ITSMC_CONFIG_DIR"] = place;
  CHECK(answer(world, {"connection", "show", ""}) == "words elsewhere ");
}

TEST_CASE("no word of a name can become a line of its own") {
  CHECK(cli::written({cli::Offer::Kind::words, {{"a", "first\nsecond"}, {"b\nc", "x"}}}) ==
        "words\na\tfirst second\n");
}

TEST_CASE("every option whose setter knows its words completes to them") {
  cli::GlobalOptions unused;
  cli::OptionSet common;
  cli::add_globals(common, unused);
  const cli::LocalWords nothing = [](cli::Known, const cli::Command&) {
    return std::vector<cli::Candidate>{};
  };
  std::size_t seen = 0;
  for (const cli::Command& command : cli::commands()) {
    cli::OptionSet options;
    const cli::Action action = command.build(options);
    for (const cli::Option& option : options.options()) {
      if (option.set.choices().empty()) continue;
      ++seen;
      const std::vector<std::string> before{std::string(command.noun), std::string(command.verb),
                                            "--" + option.name};
      std::vector<std::string> offered;
      std::vector<std::string> words;
      for (const std::string& word : before) {
        if (!word.empty()) words.push_back(word);
      }
      for (const cli::Candidate& one : cli::complete({words, ""}, common, nothing).candidates) {
        offered.push_back(one.word);
      }
      INFO(join(words, " "));
      CHECK(offered == option.set.choices());
    }
  }
  CHECK(seen >= 4);
}

TEST_CASE("the completion scripts in completions/ are those that the command prints",
          "[generated]") {
  CliWorld world;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const CliResult script = world.run({"completion", shell});
    CHECK(script.code == 0);
    const std::string name = shell == "zsh" ? "_itsmc" : "itsmc." + shell;
    test::check_golden("../../completions/" + name, script.out);
  }
  CHECK(world.run({"completion", "tcsh"}).code == 2);
}
