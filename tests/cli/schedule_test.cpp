#include <catch2/catch.hpp>

#include "cli/schedule_text.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;

namespace {

cli::Schedule every(int minutes) {
  return {.name = "itsmc-sync", .words = {"itsmc"}, .every = std::chrono::minutes(minutes)};
}

}  // namespace

TEST_CASE("schedule print gives a service, its timer, or a line of a crontab", "[generated]") {
  CliWorld world;
  const CliResult both = world.run({"schedule", "print", "systemd", "--every", "20m"});
  CHECK(both.code == 0);
  test::check_golden("schedule/systemd.txt", both.out);
  const CliResult service =
      world.run({"schedule", "print", "systemd", "--unit", "service", "--every", "20m"});
  const CliResult timer =
      world.run({"schedule", "print", "systemd", "--unit", "timer", "--every", "20m"});
  CHECK(service.out + "\n" + timer.out == both.out);
  // What the package gives as an example.
  for (const std::string unit : {"service", "timer"}) {
    test::check_golden("../../packaging/examples/itsmc-sync." + unit,
                       world.run({"schedule", "print", "systemd", "--unit", unit}).out);
  }
  test::check_golden("schedule/cron.txt", world.run({"schedule", "print", "cron"}).out);
}

TEST_CASE("a schedule is for a connection that is there, in the same places") {
  CliWorld world;
  CHECK(world.run({"schedule", "print", "cron", "--connection", "prod"}).code == 7);
  write_atomically(world.config_dir() / "connections/prod.toml",
                   "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\n"
                   "username = \"u\"\nclient-id = \"c\"\n",
                   Privacy::shared);
  const CliResult one =
      world.run({"schedule", "print", "cron", "--connection", "prod", "--data-dir", "/srv/a b"});
  CHECK(one.code == 0);
  CHECK(
      has(one.out,
          " /usr/bin/itsmc sync run prod --quiet --start-delay 90s --max-duration 810s --wait 405s "
          "--data-dir '/srv/a b' # itsmc-sync-prod\n"));
  CHECK(has(one.err, "warning: prod: no secret is kept that could sign in anew"));
  world.environment["ITSMC_PASSWORD"] = "pw";
  CHECK(world.run({"schedule", "print", "cron", "--connection", "prod"}).err.empty());
}

TEST_CASE("a schedule of all connections warns of each that nothing signs in anew") {
  CliWorld world;
  for (const std::string name : {"prod", "test"}) {
    write_atomically(world.config_dir() / "connections" / (name + ".toml"),
                     "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\n"
                     "username = \"u\"\nclient-id = \"c\"\n",
                     Privacy::shared);
  }
  write_atomically(world.config_dir() / "connections/torn.toml", "partner = \"cherwell\n",
                   Privacy::shared);
  const CliResult all = world.run({"schedule", "print", "cron"});
  INFO(all.err);
  CHECK(all.code == 0);
  CHECK(has(all.err, "warning: prod: no secret is kept that could sign in anew"));
  CHECK(has(all.err, "warning: test: no secret is kept that could sign in anew"));
  CHECK(has(all.err, "torn.toml:1:11: the closing quote is missing: edit "));
  CHECK(has(world.run({"schedule", "print", "systemd"}).err, "warning: test: no secret is kept"));
}

TEST_CASE("a crontab line is put in place of an earlier one of its name, on a terminal said so") {
  CliWorld world;
  CHECK(world.run({"schedule", "print", "cron"}).err.empty());
  world.out_is_terminal = true;
  CHECK(
      world.run({"schedule", "print", "cron", "--every", "1h"}).err ==
      "to put it into your crontab, in place of an earlier one: (crontab -l 2>/dev/null | grep -v "
      "'# itsmc-sync$'; itsmc schedule print cron --every 1h) | crontab -\n");
}

TEST_CASE("a schedule of a connection in the keyring says what that needs, and asks no keyring") {
  CliWorld world;
  write_atomically(world.config_dir() / "connections/prod.toml",
                   "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\n"
                   "username = \"u\"\nclient-id = \"c\"\nsecret-store = \"keyring\"\n",
                   Privacy::shared);
  const CliResult cron = world.run({"schedule", "print", "cron", "--connection", "prod"});
  CHECK(cron.code == 0);
  CHECK(has(cron.err, "warning: prod: its secrets are in the keyring"));
}

TEST_CASE("a systemd unit hands over the secrets that are there, and cron has no such thing") {
  CliWorld world;
  write_atomically(world.config_dir() / "connections/prod.toml",
                   "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\n"
                   "username = \"u\"\nclient-id = \"c\"\nworkspace = \"law\"\n",
                   Privacy::shared);
  const std::filesystem::path place = world.state_dir() / "100%";
  const auto print = [&](const std::string& kind) {
    return world.run({"schedule", "print", kind, "--connection", "prod", "--unit", "service",
                      "--credentials", place.string()});
  };
  const CliResult none = print("systemd");
  CHECK(none.code == 7);
  CHECK(has(none.err, "prod.client-secret, prod.password, workspace.law.client-secret"));
  for (const char* name : {"prod.password", "workspace.law.client-secret", "other.password"}) {
    write_atomically(place / name, "hunter2\n", Privacy::owner_only);
  }
  const CliResult unit = print("systemd");
  CHECK(unit.code == 0);
  CHECK(unit.err.empty());
  const std::string from = (world.state_dir() / "100%%").string();
  CHECK(has(unit.out, "LoadCredential=prod.password:" + from + "/prod.password\n"));
  CHECK(has(unit.out, "LoadCredential=workspace.law.client-secret:" + from +
                          "/workspace.law.client-secret\n"));
  CHECK_FALSE(has(unit.out, "other"));
  CHECK_FALSE(has(unit.out, "hunter2"));
  CHECK(world.run({"schedule", "print", "cron", "--credentials", place.string()}).code == 2);
}

TEST_CASE("a run begins a random part of its delay later, and may be stopped before") {
  CliWorld world;
  const CliResult run = world.run({"sync", "run", "--start-delay", "5m"});
  CHECK(run.code == 0);
  CHECK(world.clock.waits() == std::vector{std::chrono::milliseconds(150'000)});  // jitter 0.5
  CHECK(has(run.err, "begins in 2m 30s, of --start-delay 5m"));
  CHECK_FALSE(has(world.run({"sync", "run", "--start-delay", "5m", "--quiet"}).err, "begins"));
  world.stop.request_stop();
  const CliResult stopped = world.run({"sync", "run", "--start-delay", "5m"});
  CHECK(stopped.code == 130);
  CHECK(has(stopped.err, "error: interrupted before it began"));
}

TEST_CASE("cron's clock tells some periods and refuses the others") {
  struct Case {
    int minutes;
    const char* time;
  };
  const auto row =
      GENERATE(Case{1, "* * * * * "}, Case{5, "-59/5 * * * * "}, Case{30, "-59/30 * * * * "},
               Case{60, " * * * * "}, Case{120, " */2 * * * "}, Case{1440, " 4 * * * "});
  CHECK(has(cli::cron_line(every(row.minutes)), row.time));
  for (const int minutes : {7, 45, 90, 300, 2880}) {
    CHECK_THROWS_AS(cli::cron_line(every(minutes)), Error);
  }
  CliWorld world;
  CHECK(world.run({"schedule", "print", "systemd", "--every", "90s"}).code == 2);
  CHECK(world.run({"schedule", "print", "launchd"}).code == 2);
}

TEST_CASE("words of a command line are spelled so that neither systemd nor cron reads more") {
  cli::Schedule schedule = every(1);
  schedule.words = {"/opt/a b/itsmc", "50%", "it's", "$HOME", "say \"x\""};
  CHECK(has(cli::systemd_service(schedule),
            "ExecStart=\"/opt/a b/itsmc\" \"50%%\" \"it's\" \"$$HOME\" \"say \\\"x\\\"\"\n"));
  CHECK(cli::cron_line(schedule) ==
        "* * * * * '/opt/a b/itsmc' '50'\\%'' 'it'\\''s' '$HOME' 'say \"x\"' # itsmc-sync\n");
}
