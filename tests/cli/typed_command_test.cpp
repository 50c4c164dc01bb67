#include "cli/commands/typed_command.hpp"

#include <catch2/catch.hpp>

using namespace itsmc;
using namespace itsmc::cli;

TEST_CASE("a command is typed again with what was given and answered, fields first, in order") {
  Given given;
  given.options = {{"no-verify", {"true"}},
                   {"password-file", {"my file"}},
                   {"sync-days", {"30", "60"}},
                   {"create-ci", {"false"}}};
  const TypedCommand typed =
      typed_command("connection add prod", given, {{"url", "it's.example"}, {"username", "a"}});
  CHECK(to_line(typed) ==
        "itsmc connection add prod --url 'it'\\''s.example' --username a --sync-days 60 "
        "--create-ci=false --no-verify --password-file 'my file'");
  CHECK(to_line(with(typed, {"url", "https://HOST"})).find("--url https://HOST") !=
        std::string::npos);
}

TEST_CASE("a hint that needs a connection which was not saved leads back to the command") {
  struct Case {
    std::string hint, said;
  };
  for (const Case& row :
       {Case{"itsmc connection edit prod --url https://HOST",
             "the same command with --url https://HOST"},
        Case{"check first, then: itsmc connection login prod",
             "check first, then: the same command again"},
        Case{"itsmc connection login prod --client-secret-file FILE",
             "the same command with --client-secret-file FILE"},
        Case{"check the port, then: itsmc connection test prod",
             "check the port, then: the same command again"},
        Case{"itsmc --debug connection test prod", "the same command with --debug"},
        Case{"itsmc connection edit other --url X", "itsmc connection edit other --url X"}}) {
    CHECK(led_back(row.hint, "prod") == row.said);
  }
}

TEST_CASE("after a failed check the next line is the command, mended where the hint says how") {
  const TypedCommand typed{"connection add prod", {{"url", "https://a"}, {"username", "u"}}};
  CHECK(next_line(typed, "itsmc connection edit prod --url https://HOST", "prod") ==
        "itsmc connection add prod --url https://HOST --username u");
  CHECK(next_line(typed, "itsmc connection edit prod --proxy ''", "prod") ==
        "itsmc connection add prod --url https://a --username u --proxy ''");
  CHECK(next_line(typed, "ask the administrator", "prod") ==
        "mend that, then: itsmc connection add prod --url https://a --username u");
}
