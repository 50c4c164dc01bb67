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

TEST_CASE("a new connection's option is left away, not emptied") {
  const TypedCommand add{"connection add prod", {{"url", "https://a"}, {"proxy", "http://p:1"}}};
  const std::string hint = "itsmc connection edit prod --proxy ''";
  CHECK(next_line(add, hint, "prod") == "itsmc connection add prod --url https://a");
  const TypedCommand by_variable{"connection add prod", {{"url", "https://a"}}};
  CHECK(next_line(by_variable, hint, "prod") ==
        "unset ITSMC_PROXY, then: itsmc connection add prod --url https://a");
  const TypedCommand edit{"connection edit prod", {}};
  CHECK(next_line(edit, hint, "prod") == "itsmc connection edit prod --proxy ''");
}

TEST_CASE("a hint that names the command which failed has all of it") {
  const TypedCommand typed{"workspace add law", {{"auth", "cli"}, {"endpoint", "https://a"}}};
  const std::string line = "itsmc workspace add law --auth cli --endpoint https://a";
  struct Case {
    std::string hint, said;
  };
  for (const Case& row :
       {Case{"itsmc workspace add law --ca-file /a.pem",
             "itsmc workspace add law --ca-file /a.pem --auth cli --endpoint https://a"},
        Case{"itsmc workspace add law", "mend that, then: " + line},
        Case{"itsmc workspace add law --proxy U (or none)", line + " --proxy U (or none)"},
        Case{"az login, then: itsmc workspace add law", "az login, then: " + line},
        Case{"itsmc workspace add law --authority https://HOST, or: itsmc workspace add law "
             "--proxy U",
             "the same command with --authority https://HOST, or: the same command with --proxy U; "
             "that command: " +
                 line},
        Case{"check --stream", "check --stream"}}) {
    CHECK(typed_out(typed, row.hint) == row.said);
  }
}

TEST_CASE("after a failed check the next line is the command, mended where the hint says how") {
  const TypedCommand typed{"connection add prod", {{"url", "https://a"}, {"username", "u"}}};
  CHECK(next_line(typed, "itsmc connection edit prod --url https://HOST", "prod") ==
        "itsmc connection add prod --url https://HOST --username u");
  CHECK(next_line(typed, "itsmc connection edit prod --proxy ''", "prod") ==
        "unset ITSMC_PROXY, then: itsmc connection add prod --url https://a --username u");
  CHECK(next_line(typed, "ask the administrator", "prod") ==
        "mend that, then: itsmc connection add prod --url https://a --username u");
}
