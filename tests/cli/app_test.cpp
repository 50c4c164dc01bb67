#include "cli/app.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/globals.hpp"
#include "itsmc/core/text.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;

TEST_CASE("itsmc alone prints help, a noun alone prints its help on stderr", "[generated]") {
  CliWorld world;
  const CliResult alone = world.run({});
  CHECK(alone.code == 0);
  CHECK(alone.err.empty());
  test::check_golden("help/itsmc.txt", alone.out);
  const CliResult noun = world.run({"connection"});
  CHECK(noun.code == 2);
  CHECK(noun.out.empty());
  test::check_golden("help/connection.txt", noun.err);
  CHECK(world.run({"connection", "--help"}).out == noun.err);
  CHECK(world.run({"connection", "--help"}).code == 0);
}

TEST_CASE("the version is one line") {
  CliWorld world;
  const CliResult version = world.run({"--version"});
  CHECK(version.code == 0);
  CHECK(version.out == "itsmc 0.1.0\n");
  CHECK(version.err.empty());
}

TEST_CASE("the version as JSON names the libraries that it runs with") {
  CliWorld world;
  const CliResult version = world.run({"--version", "-o", "json"});
  CHECK(version.code == 0);
  CHECK(has(version.out, R"({"version":"0.1.0","libraries":{"curl":"libcurl/)"));
  for (const char* library :
       {"curl", "libcrypto", "libdeflate", "sqlite", "nlohmann_json", "simdjson", "tomlplusplus",
        "libsecret", "fmt", "xxhash", "cli11", "libjq"}) {
    INFO(library);
    CHECK(has(version.out, fmt::format("\"{}\":\"", library)));
  }
  CHECK(has(version.out, R"("sqlite":"3.)"));
  CHECK(has(version.out, R"("libjq":"libjq.so.1.)"));
  CHECK_FALSE(has(version.out, "/usr/lib"));
  CHECK(world.run({"--version", "-o", "table"}).out == "itsmc 0.1.0\n");
}

TEST_CASE("--fields help and schema need no operand where a command has rows of its own") {
  CliWorld world;
  for (const std::string what : {"help", "schema"}) {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"workitem", "show"},
                                               {"connection", "show"},
                                               {"config", "explain"},
                                               {"template", "show"}}) {
      std::vector<std::string> asked = words;
      asked.insert(asked.end(), {"--fields", what});
      const CliResult told = world.run(asked);
      INFO(words[0] << ' ' << words[1] << told.err);
      CHECK(told.code == 0);
      CHECK_FALSE(told.out.empty());
    }
    CHECK(world.run({"connection", "remove", "--fields", what}).code == 2);
  }
}

TEST_CASE("a field that is asked for twice is one key in JSON, and two columns elsewhere") {
  CliWorld world;
  CHECK(world.run({"config", "explain", "output", "--fields", "key,value,key", "-o", "json"}).out ==
        "{\"key\":\"output\",\"value\":\"table\"}\n");
  CHECK(has(world.run({"config", "explain", "output", "--fields", "key,key", "-o", "csv"}).out,
            "output,output"));
}

TEST_CASE("with --error-format json all on stderr are objects, an error with its exit code last") {
  CliWorld world;
  const CliResult none = world.run({"workitem", "list", "--error-format", "json"});
  CHECK(none.code == 0);
  CHECK(has(none.err, R"({"kind":"note","message":")"));
  const CliResult bare = world.run({"workitem", "--error-format", "json"});
  CHECK(bare.code == 2);
  CHECK(
      has(bare.err, R"({"kind":"usage","message":"\"itsmc workitem\" needs a verb: one of list)"));
  CHECK(has(bare.err, R"("exit":2)"));
  for (const CliResult& result : {none, bare}) {
    for (const std::string& line : split(result.err, '\n')) {
      INFO(line);
      CHECK((line.empty() || (line.front() == '{' && line.back() == '}')));
    }
  }
}

TEST_CASE("a word of the user's stands quoted in a hint that is made to be pasted") {
  CliWorld world;
  const std::string word = "$(id)";
  CHECK(has(world.run({"workitem", "show", word}).err, "itsmc workitem list --text '$(id)', or"));
  CHECK(has(world.run({"connection", "show", word}).err, "itsmc connection add '$(id)'"));
  CHECK(has(world.run({"workspace", "show", word}).err, "itsmc workspace add '$(id)'"));
}

TEST_CASE("help follows a terminal's width, and is the same wherever it is piped") {
  CliWorld world;
  const std::string piped = world.run({"sync", "run", "--help"}).out;
  world.out_is_terminal = true;
  for (const int width : {40, 60, 80}) {
    world.width = width;
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"--help"}, {"help", "exit-codes"}}) {
      std::string text = world.run(words).out;
      text = text.substr(0, text.find("\nExample:"));
      for (const std::string& line : split(text, '\n')) {
        INFO(line);
        CHECK((line.size() <= static_cast<std::size_t>(width) || line.starts_with("Usage: ")));
      }
    }
  }
  world.width = 300;
  CHECK(world.run({"sync", "run", "--help"}).out == piped);
}

TEST_CASE("every noun has a command, and every command its noun") {
  for (const cli::Noun& noun : cli::nouns()) {
    INFO(noun.name);
    CHECK((cli::find_command(noun.name, "") != nullptr || !cli::verbs_of(noun.name).empty()));
  }
  for (const cli::Command& command : cli::commands()) {
    CHECK(cli::find_noun(command.noun) != nullptr);
  }
}

TEST_CASE("every command has help with an example, and needs nothing for it", "[generated]") {
  CliWorld world;
  world.environment["ITSMC_OUTPUT"] = "nonsense";
  for (const cli::Command& command : cli::commands()) {
    std::vector<std::string> words{std::string(command.noun)};
    if (!command.verb.empty()) words.emplace_back(command.verb);
    words.emplace_back("--help");
    const CliResult help = world.run(words);
    INFO(help.out << help.err);
    CHECK(help.code == 0);
    CHECK(has(help.out, "\nExample:\n  "));
    CHECK(has(help.out, std::string(command.summary)));
    std::vector<std::string> asked = words;
    asked.pop_back();
    asked.insert(asked.begin(), "help");
    CHECK(world.run(asked).out == help.out);
    std::string name = words[0] + (words.size() > 2 ? "-" + words[1] : "");
    test::check_golden("help/" + name + ".txt", help.out);
  }
  CHECK_FALSE(std::filesystem::exists(world.config_dir()));
  CHECK_FALSE(std::filesystem::exists(world.state_dir()));
}

TEST_CASE("every example names a command that exists") {
  for (const cli::Command& command : cli::commands()) {
    const std::string words =
        std::string(command.noun) + (command.verb.empty() ? "" : " " + std::string(command.verb));
    CHECK(has(std::string(command.examples), "itsmc " + words));
  }
}

TEST_CASE("what is misspelt is named, with what was probably meant") {
  CliWorld world;
  struct Row {
    std::vector<std::string> arguments;
    std::string error, hint;
  };
  const std::vector<Row> rows{
      {{"conection", "list"},
       "error: unknown command \"conection\": did you mean \"connection\"?",
       "hint:  itsmc --help"},
      {{"wi", "list"}, "error: unknown command \"wi\"\n", "hint:  itsmc --help"},
      {{"workitem", "summary", "--by", "state"},
       "error: unknown option \"--by\"\n",
       "hint:  itsmc workitem summary --help"},
      {{"workitem", "list", "--ic", "vm01"}, "\": did you mean \"--ci\"?", ""},
      {{"xyzzy"}, "error: unknown command \"xyzzy\"\n", "hint:  itsmc --help"},
      {{"connection", "lst"},
       "error: unknown verb \"lst\" of \"itsmc connection\": did you mean \"list\"?",
       "hint:  itsmc connection --help"},
      {{"connection", "ls"}, "\": did you mean \"list\"?", "hint:  itsmc connection --help"},
      {{"connection", "rm", "x"}, "\": did you mean \"remove\"?", ""},
      {{"workitem", "get", "x"}, "\": did you mean \"show\"?", ""},
      {{"workitem", "help"}, "error: unknown verb \"help\"", "hint:  itsmc help workitem\n"},
      {{"workitem", "list", "--lim", "5"}, "\": did you mean \"--limit\"?", ""},
      {{"workitem", "list", "--con", "x"}, "\": did you mean \"--connection\"?", ""},
      {{"workitem", "list", "--json"}, "\": did you mean \"-o json\"?", ""},
      {{"workitem", "list", "--format", "x"}, "\": did you mean \"--output\"?", ""},
      {{"workitem", "list", "-o=json"},
       "error: \"-o=json\" is not how -o is written\n",
       "hint:  -o json or --output=json\n"},
      {{"workitem", "list", "--fields"},
       "error: option \"--fields\" lacks its value: --fields A,B\n",
       "hint:  --fields help lists the fields\n"},
      {{"completion"}, "error: \"itsmc completion\" needs SHELL: one of bash, zsh, fish\n", ""},
      {{"schedule", "print"}, "needs KIND: one of systemd, cron\n", ""},
      {{"schedule", "print", "cron", "-o", "json"},
       "error: --output: what \"itsmc schedule print\" prints is a text of its own",
       "hint:  leave --output away\n"},
      {{"help", "exit-codes", "-o", "json"}, "error: --output: a topic's help is a text", ""},
      {{"--version", "-o", "csv"},
       "error: --output: the version is printed as text or as JSON",
       ""},
      {{"workitem", "list", "--limit", "1,000"},
       "error: --limit: \"1,000\" is not a whole number",
       ""},
      {{"workitem", "list", "--limt", "5"},
       "error: unknown option \"--limt\": did you mean \"--limit\"?",
       "hint:  itsmc workitem list --help"},
      {{"--versoin"},
       "error: unknown option \"--versoin\": did you mean \"--version\"?",
       "hint:  itsmc --help"},
      {{"connection", "show"},
       "error: \"itsmc connection show\" needs NAME",
       "hint:  itsmc connection show --help"},
      {{"workitem", "list", "-o", "jsno"},
       "error: --output: \"jsno\" is not one of table, json, ndjson, csv, tsv (did you mean "
       "\"json\"?)",
       ""},
      {{"workitem", "list", "--type", "incidnet"},
       "error: --type: unknown \"incidnet\": did you mean \"incident\"?",
       "hint:  --type takes one of: incident, change-request, event, alert"},
      {{"workitem", "list", "--sort", "-update_at"},
       "error: --sort: unknown \"update_at\": did you mean \"updated_at\"?",
       "hint:  itsmc workitem list --fields help lists them\n"},
      {{"sync", "run", "--conection", "prod"},
       "error: unknown option \"--conection\": names of connections stand as they are\n",
       "hint:  itsmc sync run NAME\n"},
      {{"connection", "test", "--connection=prod"},
       "error: unknown option \"--connection\": names of connections stand as they are\n",
       "hint:  itsmc connection test NAME\n"},
      {{"ci", "find", "vm01"},
       "error: \"itsmc ci find\" takes no operands: the name goes behind --name\n",
       "hint:  itsmc ci find --name NAME\n"},
      {{"schedule", "print", "sysd"},
       "\"sysd\" is not one of systemd, cron (did you mean \"systemd\"?)",
       ""},
      {{"workitem", "list", "--fields", "nubmer"},
       "error: --fields: unknown field \"nubmer\": did you mean \"number\"?",
       "hint:  --fields help lists them"},
      {{"workitem", "list", "--updated-since", "yesterday"},
       "error: --updated-since: \"yesterday\" is neither a time nor a duration",
       "hint:  --updated-since 2026-06-20"},
      {{"sync", "run", "--in-flight", "99"}, "error: --in-flight: 99 is not between 1 and 16", ""},
  };
  for (const Row& row : rows) {
    const CliResult result = world.run(row.arguments);
    INFO(result.err);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(has(result.err, row.error));
    CHECK(has(result.err, row.hint));
  }
}

TEST_CASE("a secret on the command line is refused by every command, before anything else") {
  CliWorld world;
  for (const cli::Command& command : cli::commands()) {
    for (const std::string option : {"--password", "--client-secret"}) {
      const CliResult result =
          world.run({std::string(command.noun), std::string(command.verb), option, "hunter2"});
      CHECK(result.code == 2);
      CHECK_FALSE(has(result.out + result.err, "hunter2"));
      CHECK(has(result.err, option + "-stdin"));
      CHECK(world.run({std::string(command.noun), option + "=hunter2"}).code == 2);
    }
  }
}

TEST_CASE("errors are JSON where that is asked for, by option or variable") {
  CliWorld world;
  const std::string expected =
      R"({"kind":"usage","message":"unknown command \"xyzzy\"","hint":"itsmc --help","exit":2,)"
      R"("retryable":false,"connection":null,"request_id":null,"retry_at":null})"
      "\n";
  CHECK(world.run({"xyzzy", "--error-format", "json"}).err == expected);
  CHECK(world.run({"xyzzy", "--error-format=json"}).err == expected);
  world.environment["ITSMC_ERROR_FORMAT"] = "json";
  CHECK(world.run({"xyzzy"}).err == expected);
}

TEST_CASE("--fields help answers without a store", "[generated]") {
  CliWorld world;
  const CliResult items = world.run({"workitem", "list", "--fields", "help"});
  CHECK(items.code == 0);
  test::check_golden("help/workitem-list.fields.txt", items.out);
  const CliResult runs = world.run({"sync", "run", "--fields", "help"});
  CHECK(runs.code == 0);
  test::check_golden("help/sync-run.fields.txt", runs.out);
  CHECK_FALSE(std::filesystem::exists(world.data_dir()));
}

TEST_CASE("options come from variables") {
  CliWorld world;
  world.environment["ITSMC_FIELDS"] = "help";
  CHECK(world.run({"workitem", "summary"}).code == 0);
  world.environment["ITSMC_OUTPUT"] = "yaml";
  const CliResult refused = world.run({"workitem", "summary"});
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "error: ITSMC_OUTPUT: \"yaml\" is not one of"));
}

TEST_CASE("colour follows the stream, NO_COLOR and --color") {
  CliWorld world;
  CHECK_FALSE(has(world.run({"xyzzy"}).err, "\x1b["));
  world.err_is_terminal = true;
  CHECK(has(world.run({"xyzzy"}).err, "\x1b[1;31merror:\x1b[0m"));
  world.environment["NO_COLOR"] = "1";
  CHECK_FALSE(has(world.run({"xyzzy"}).err, "\x1b["));
}

TEST_CASE("a reader that has gone away is not a failure") {
  CliWorld world;
  world.out_is_broken = true;
  const CliResult result = world.run({"workitem", "list", "--fields", "help"});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
}
