#include "cli/prompt.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

struct Voice {
  explicit Voice(std::string typed) : in(std::move(typed)) {}
  test::TextInput in;
  test::TextOutput out, err;
  Terminal terminal{.in = in,
                    .out = out,
                    .err = err,
                    .in_is_terminal = true,
                    .out_is_terminal = false,
                    .err_is_terminal = true};
};

}  // namespace

TEST_CASE("somebody can be asked only where both ends are a terminal") {
  Voice voice("");
  CHECK(can_ask(voice.terminal));
  voice.terminal.in_is_terminal = false;
  CHECK_FALSE(can_ask(voice.terminal));
  voice.terminal.in_is_terminal = true;
  voice.terminal.err_is_terminal = false;
  CHECK_FALSE(can_ask(voice.terminal));
}

TEST_CASE("questions go to stderr and answers are trimmed") {
  Voice voice("  acme \n\n");
  CHECK(ask(voice.terminal, "Name") == "acme");
  CHECK(ask(voice.terminal, "Sync days", "30") == "30");
  CHECK(voice.err.text == "Name: Sync days [30]: ");
  CHECK(voice.out.text.empty());
  CHECK_THROWS_AS(ask(voice.terminal, "More"), Error);
  CHECK(voice.err.text.ends_with("More: \n"));  // what follows begins a line of its own
}

TEST_CASE("a secret is read unseen and asked for until there is one") {
  Voice voice("\nhunter2\n");
  CHECK(ask_secret(voice.terminal, "Password").reveal() == "hunter2");
  CHECK(voice.in.unseen == 2);
  CHECK(voice.err.text == "Password (not shown): Password (not shown): ");
}

TEST_CASE("only yes is yes") {
  for (const std::string yes : {"y\n", "YES\n", " yes \n"}) {
    Voice voice(yes);
    CHECK(confirm(voice.terminal, "Remove it?"));
  }
  for (const std::string no : {"\n", "n\n", "yep\n"}) {
    Voice voice(no);
    CHECK_FALSE(confirm(voice.terminal, "Remove it?"));
  }
}
