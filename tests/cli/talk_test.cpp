#include "cli/talk.hpp"

#include <catch2/catch.hpp>

#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

struct Voice {
  test::TextInput in;
  test::TextOutput out, err;
  Terminal terminal{.in = in, .out = out, .err = err};
};

}  // namespace

TEST_CASE("an error names its connection, its cause and the next command") {
  Error error(ErrorKind::denied, "reading page 3 of incidents: ServiceNow refused (403)",
              "itsmc connection test prod");
  CHECK(error_text(error, {"prod", {}}, ErrorFormat::text, Colour::off) ==
        "error: prod: reading page 3 of incidents: ServiceNow refused (403)\n"
        "hint:  itsmc connection test prod\n");
  CHECK(error_text(error, {"prod", "incident"}, ErrorFormat::text, Colour::off)
            .starts_with("error: prod: incident: reading"));
  CHECK(error_text(Error(error).while_doing("prod"), {"prod", "incident"}, ErrorFormat::text,
                   Colour::off)
            .starts_with("error: prod: reading"));
  CHECK(error_text(Error(ErrorKind::usage, "no"), {}, ErrorFormat::text, Colour::off) ==
        "error: no\n");
  error.with_request_id("abc123");
  CHECK(error_text(error, {}, ErrorFormat::text, Colour::off).find(" (request abc123)\n") !=
        std::string::npos);
}

TEST_CASE("an error is one JSON object on one line when asked for") {
  Error error(ErrorKind::throttled, "rate \"limit\"\nreached", "later");
  error.with_request_id("abc").with_retry_at(
      std::chrono::sys_seconds(std::chrono::seconds(1'767'323'045)));
  CHECK(error_text(error, {"prod", {}}, ErrorFormat::json, Colour::on) ==
        R"({"kind":"throttled","message":"prod: rate \"limit\"\nreached","hint":"later",)"
        R"("exit":5,"retryable":true,"connection":"prod","request_id":"abc",)"
        R"("retry_at":"2026-01-02T03:04:05Z"})"
        "\n");
  CHECK(error_text(Error(ErrorKind::config, "x"), {}, ErrorFormat::json, Colour::off) ==
        R"({"kind":"config","message":"x","hint":null,"exit":3,"retryable":false,)"
        R"("connection":null,"request_id":null,"retry_at":null})"
        "\n");
}

TEST_CASE("a server's words cannot drive the terminal") {
  const Error error(ErrorKind::protocol, "it said \x1b]0;owned\x07");
  CHECK(error_text(error, {}, ErrorFormat::text, Colour::off).find('\x1b') == std::string::npos);
}

TEST_CASE("quiet leaves errors and warnings, debug adds the log") {
  const auto said = [](Talk::Volume volume) {
    Voice voice;
    {
      Talk talk(voice.terminal);
      talk.set(volume);
      talk.note("note");
      talk.warning("careful");
      talk.log()(LogLevel::debug, "detail");
      talk.log()(LogLevel::warning, "from below");
      talk.error(Error(ErrorKind::usage, "wrong"), {});
    }
    CHECK(voice.out.text.empty());
    return voice.err.text;
  };
  CHECK(said(Talk::Volume::quiet) == "warning: careful\nwarning: from below\nerror: wrong\n");
  CHECK(said(Talk::Volume::normal) ==
        "note\nwarning: careful\nwarning: from below\nerror: wrong\n");
  CHECK(said(Talk::Volume::debug) ==
        "note\nwarning: careful\ndebug: detail\nwarning: from below\nerror: wrong\n");
}

TEST_CASE("the moving line is only for a terminal and leaves nothing behind") {
  Voice voice;
  {
    Talk talk(voice.terminal);
    talk.moving("half way");
  }
  CHECK(voice.err.text.empty());
  voice.terminal.err_is_terminal = true;
  voice.terminal.width = 10;
  {
    Talk talk(voice.terminal);
    talk.moving("more than half way");
    talk.note("a note");
    talk.moving("done");
  }
  CHECK(voice.err.text == "\r\x1b[Kmore tha\xE2\x80\xA6\r\x1b[Ka note\n\r\x1b[Kdone\r\x1b[K");
}
