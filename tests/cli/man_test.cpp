#include "cli/man.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <catch2/catch.hpp>

#include "cli/command.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliWorld;

TEST_CASE("the man pages in man/ are those of the command table", "[generated]") {
  std::set<std::string> files;
  for (const cli::ManPage& page : cli::man_pages()) {
    test::check_golden("../../man/" + page.file, page.text);
    files.insert(page.file);
  }
  CHECK(files.size() == cli::commands().size() + 3);
  const std::filesystem::path place = std::filesystem::path(ITSMC_SOURCE_DIR) / "man";
  for (const auto& entry : std::filesystem::directory_iterator(place)) {
    INFO(entry.path() << " is of no command");
    CHECK(files.contains(entry.path().filename().string()));
  }
}

TEST_CASE("every man page of section 1 has examples, itsmc(1) three of the command table") {
  for (const cli::ManPage& page : cli::man_pages()) {
    INFO(page.file);
    if (page.file.ends_with(".1"))
      CHECK(page.text.find("\n.SH EXAMPLES\n.EX\n") < page.text.size());
  }
  const std::string main = cli::man_pages().front().text;
  const std::string examples = main.substr(main.find(".SH EXAMPLES"));
  for (const std::string_view wanted :
       {"\nitsmc connection add prod \\-\\-partner ", "\nitsmc sync run\n",
        "\nitsmc workitem list \\-\\-open "}) {
    INFO(examples);
    CHECK(examples.find(wanted) != std::string::npos);
  }
}

TEST_CASE("the man page of the partners says what Service Manager lacks") {
  CliWorld world;
  std::string page = world.run({"__man", "itsmc-partners.7"}).out;
  std::replace(page.begin(), page.end(), '\n', ' ');
  CHECK(page.find("does not publish that app") != std::string::npos);
  CHECK(page.find("An administrator has to host a gateway") != std::string::npos);
  CHECK(world.run({"__man", "nothing.1"}).code == 7);
}

TEST_CASE("every topic has help, and a misspelt one is named with the nearest", "[generated]") {
  CliWorld world;
  for (const std::string topic : {"exit-codes", "environment", "files", "filters", "partners"}) {
    const test::CliResult help = world.run({"help", topic});
    CHECK(help.code == 0);
    test::check_golden("help/topic-" + topic + ".txt", help.out);
  }
  const test::CliResult misspelt = world.run({"help", "exit-code"});
  CHECK(misspelt.code == 2);
  CHECK(misspelt.err.find("did you mean \"exit-codes\"?") != std::string::npos);
}
