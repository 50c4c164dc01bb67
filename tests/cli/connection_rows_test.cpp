#include <catch2/catch.hpp>

#include "cli/connection_words.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/store/creations.hpp"
#include "itsmc/store/store.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using Words = std::vector<std::string>;
using itsmc::test::has;

namespace {

constexpr const char* k_old = "https://old.service-now.com";
constexpr const char* k_new = "https://new.service-now.com";

store::Store store_of(const CliWorld& world) {
  return {world.data_dir() / "itsmc.db", store::OpenMode::read_write};
}

std::int64_t rows(const CliWorld& world) {
  return store_of(world).rows_of("prod");
}

/// Two incidents of "prod", changed last ten and sixty days ago.
void fill(CliWorld& world) {
  store::Store store = store_of(world);
  const store::StreamKey stream{"prod", WorkItemType::incident};
  WorkItemBatch batch;
  for (const int days : {10, 60}) {
    const std::string id = "id-" + std::to_string(days);
    WorkItemValues values;
    values[TextField::id] = id;
    values[TextField::number] = id;
    values[TimeField::updated_at] =
        (world.clock.now() - std::chrono::days(days)).time_since_epoch().count();
    batch.append(values);
  }
  store::WalkState walk;
  walk.lanes.resize(1);
  store.begin_walk(stream, {"fields", {}, walk});
  store.apply(stream, 0, {batch, 0, {"", true}, 0});
}

/// "prod" leads to the old instance, whose two rows are in the store.
void make_prod(CliWorld& world) {
  write_atomically(world.config_dir() / "connections" / "prod.toml",
                   std::string("partner = \"servicenow\"\nurl = \"") + k_old +
                       "\"\nusername = \"itsmc\"\nclient-id = \"0a1b2c\"\nsync-days = 90\n",
                   Privacy::shared);
  fill(world);
  store_of(world).remember_origin("prod", {"servicenow", k_old});
}

CliResult edit(CliWorld& world, const Words& more) {
  Words words{"connection", "edit", "prod", "--no-verify"};
  words.insert(words.end(), more.begin(), more.end());
  return world.run(words);
}

std::string url_of(CliWorld& world) {
  return world.run({"connection", "list", "--fields", "url", "-o", "csv", "--no-headers"}).out;
}

}  // namespace

TEST_CASE("another url needs a word on the rows of the old one, and names both ways") {
  CliWorld world;
  make_prod(world);
  const CliResult refused = edit(world, {"--url", k_new});
  INFO(refused.err);
  CHECK(refused.code == 2);
  CHECK(has(refused.err,
            "the store holds 2 rows of \"prod\" from servicenow at " + std::string(k_old)));
  CHECK(has(refused.err, "--keep-rows"));
  CHECK(has(refused.err, "--purge --yes"));
  CHECK(url_of(world) == std::string(k_old) + "\r\n");
  CHECK(edit(world, {"--sync-days", "100"}).code == 0);
}

TEST_CASE("a store that knows no origins takes the connection's url before the change") {
  CliWorld world;
  make_prod(world);
  store_of(world).purge("prod");
  fill(world);
  REQUIRE_FALSE(store_of(world).origin("prod"));
  CHECK(edit(world, {"--url", k_new}).code == 2);
}

TEST_CASE("rows of an instance under a new url are kept as its own") {
  CliWorld world;
  make_prod(world);
  const CliResult kept = edit(world, {"--url", k_new, "--keep-rows"});
  INFO(kept.err);
  CHECK(kept.code == 0);
  CHECK(has(kept.err, "its 2 rows in the store, from servicenow at " + std::string(k_old) +
                          ", are now those of " + k_new));
  CHECK(rows(world) == 2);
  CHECK(store_of(world).origin("prod") == store::Origin{"servicenow", k_new});
  CHECK_FALSE(has(edit(world, {"--keep-rows"}).err, "are now those of"));
}

TEST_CASE("another url names the sign-in and the rows at once where nobody can be asked") {
  CliWorld world;
  make_prod(world);
  const CliResult refused = world.run({"connection", "edit", "prod", "--url", k_new});
  INFO(refused.err);
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "--password: is required"));
  CHECK(has(refused.err, "--keep-rows: or --purge is required: the store holds 2 rows"));
  CHECK(has(refused.err, "--password-file FILE"));
  CHECK(has(refused.err, ", and --keep-rows or --purge --yes"));
  CHECK_FALSE(has(world.run({"connection", "edit", "prod", "--url", k_new, "--keep-rows"}).err,
                  "or --purge"));
  world.environment["ITSMC_KEEP_ROWS"] = "true";
  CHECK_FALSE(has(world.run({"connection", "edit", "prod", "--url", k_new}).err, "or --purge"));
}

TEST_CASE("rows of another instance are removed with a yes") {
  CliWorld world;
  make_prod(world);
  const CliResult unsure = edit(world, {"--url", k_new, "--purge"});
  CHECK(unsure.code == 2);
  CHECK(has(unsure.err, "needs --yes"));
  CHECK(rows(world) == 2);
  CHECK(edit(world, {"--keep-rows", "--purge"}).code == 2);
  const CliResult purged = edit(world, {"--url", k_new, "--purge", "--yes"});
  INFO(purged.err);
  CHECK(purged.code == 0);
  CHECK(has(purged.err, "removed from the store: 2 rows, positions and run history\n"));
  CHECK(rows(world) == 0);
  CHECK(url_of(world) == std::string(k_new) + "\r\n");
}

TEST_CASE("on a terminal it is asked what becomes of the rows") {
  struct Case {
    std::string answers;
    int code;
    std::int64_t rows;
    const char* url;
  };
  const Case one =
      GENERATE(Case{"y\n", 0, 2, k_new}, Case{"n\ny\n", 0, 0, k_new}, Case{"n\nn\n", 2, 2, k_old});
  CAPTURE(one.answers);
  CliWorld world;
  make_prod(world);
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = one.answers;
  const CliResult result = edit(world, {"--url", k_new});
  INFO(result.err);
  CHECK(result.code == one.code);
  CHECK(rows(world) == one.rows);
  CHECK(url_of(world) == std::string(one.url) + "\r\n");
}

TEST_CASE("a name that is added again for another instance does not inherit rows") {
  CliWorld world;
  make_prod(world);
  REQUIRE(world.run({"connection", "remove", "prod", "--yes"}).code == 0);
  Words add{"connection", "add",        "prod", "--partner",   "servicenow", "--url",
            k_new,        "--username", "u",    "--client-id", "i",          "--no-verify"};
  world.environment = {{"ITSMC_PASSWORD", "hunter2"}, {"ITSMC_CLIENT_SECRET", "client-s3cret"}};
  const CliResult refused = world.run(add);
  INFO(refused.err);
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "--keep-rows"));
  add.insert(add.end(), {"--purge", "--yes"});
  CHECK(world.run(add).code == 0);
  CHECK(rows(world) == 0);
}

TEST_CASE("a shorter window says how many rows stay outside it") {
  CliWorld world;
  make_prod(world);
  const CliResult shorter = edit(world, {"--sync-days", "30"});
  INFO(shorter.err);
  CHECK(shorter.code == 0);
  CHECK(has(shorter.err, "1 rows in the store changed last before the 30 days begin: they stay"));
  CHECK(has(shorter.err, "itsmc connection edit prod --purge"));
  CHECK_FALSE(has(edit(world, {"--sync-days", "60"}).err, "they stay"));
  CHECK_FALSE(has(edit(world, {"--sync-days", "59"}).err, "2 rows"));
}

TEST_CASE("a data directory that no store can be made in fails the store's check") {
  CliWorld world;
  make_prod(world);
  itsmc::test::shut(world);
  const CliResult well = world.run({"connection", "test", "prod"});
  INFO(well.out);
  CHECK(has(well.out, "ok        store                 " +
                          (world.data_dir() / "itsmc.db").string() + " can be written"));
  CHECK(has(well.out, "skipped   "));
  CHECK(has(well.out, " checks             not reached"));
  const std::filesystem::path file = world.config_dir() / "connections" / "prod.toml";
  const CliResult bad =
      world.run({"connection", "test", "prod", "--data-dir", (file / "data").string()});
  INFO(bad.out);
  CHECK(bad.code == 5);
  CHECK(has(bad.out, "failed    store"));
  CHECK(has(bad.out, file.string() + " cannot be written"));
  CHECK(has(bad.out, "ITSMC_DATA_DIR"));
  const auto newer = world.data_dir() / "other" / "itsmc.db";
  write_atomically(newer, std::string(5'000, 'x'), Privacy::shared);
  CHECK(
      has(world.run({"connection", "test", "prod", "--data-dir", newer.parent_path().string()}).out,
          "cannot be opened"));
}

TEST_CASE("rows outlive their connection: doctor names the command that removes them") {
  CliWorld world;
  make_prod(world);
  std::filesystem::remove(world.config_dir() / "connections" / "prod.toml");
  const CliResult doctor = world.run({"doctor", "--no-network"});
  INFO(doctor.out);
  CHECK(has(doctor.out, "2 rows in the store are of no connection"));
  CHECK(has(doctor.out, "hint:  itsmc connection remove prod --purge\n"));
  const CliResult kept = world.run({"connection", "remove", "prod", "--yes"});
  CHECK(kept.code == 7);
  CHECK(has(kept.err, "hint:  itsmc connection remove prod --purge\n"));
  const CliResult unsure = world.run({"connection", "remove", "prod", "--purge"});
  CHECK(unsure.code == 2);
  CHECK(has(unsure.err,
            "what connection \"prod\" left in the store (2 rows, positions and run history)"));
  const CliResult purged = world.run({"connection", "remove", "prod", "--purge", "--yes"});
  CHECK(purged.code == 0);
  CHECK(
      has(purged.err, "removed from the store, of \"prod\": 2 rows, positions and run history\n"));
  CHECK(rows(world) == 0);
  CHECK(has(world.run({"doctor", "--no-network"}).out, "nothing names what is not there"));
  CHECK(world.run({"connection", "remove", "prod", "--purge", "--yes"}).code == 7);
}

TEST_CASE("a removed connection says that its rows stay, and how they go") {
  CliWorld world;
  make_prod(world);
  const CliResult removed = world.run({"connection", "remove", "prod", "--yes"});
  CHECK(removed.code == 0);
  CHECK(has(removed.err,
            "in the store stay 2 rows, positions and run history, until: itsmc connection remove "
            "prod --purge"));
}

TEST_CASE("neither connection nor rows go while a sync runs, and its holder is named") {
  CliWorld world;
  make_prod(world);
  const auto held =
      FileLock::try_acquire(world.data_dir() / "sync.lock", "itsmc sync run (pid 12)");
  REQUIRE(held);
  for (const Words& words : {Words{"connection", "remove", "prod", "--yes"},
                             Words{"connection", "remove", "prod", "--purge", "--yes"},
                             Words{"connection", "edit", "prod", "--purge", "--yes"}}) {
    const CliResult refused = world.run(words);
    INFO(refused.err);
    CHECK(refused.code == 8);
    CHECK(has(refused.err, "itsmc sync run (pid 12)"));
    CHECK(has(refused.err, "hint:  wait until it has ended"));
  }
  CHECK(rows(world) == 2);
  CHECK(url_of(world) == std::string(k_old) + "\r\n");
}

TEST_CASE("what keeps a whole connection from a sync is told once, not once a type") {
  CliWorld world;
  make_prod(world);
  store_of(world).remember_origin("prod", {"servicenow", k_new});
  const CliResult synced = world.run({"sync", "run", "prod"});
  INFO(synced.err);
  CHECK(synced.code == 2);
  CHECK(synced.err.find("the store holds 2 rows") == synced.err.rfind("the store holds 2 rows"));
  CHECK(has(synced.err, "error: prod: the store holds 2 rows"));
}

TEST_CASE("a purge names all that goes before it is done, and after") {
  const std::string words =
      "2 rows, positions and run history, notes of 1 work item made there and of their alerts";
  struct Case {
    std::vector<std::string> command;
    std::string question, closing;
  };
  const auto one = GENERATE_COPY(
      values<Case>({{{"connection", "edit", "prod", "--purge"},
                     "Remove what the store holds of \"prod\" (" + words + ")?",
                     "removed from the store: " + words + "\n"},
                    {{"connection", "remove", "prod", "--purge"},
                     "Remove \"prod\", its secrets and what the store holds of it (" + words + ")?",
                     "connection \"prod\" is removed, and from the store " + words + "\n"}}));
  CliWorld world;
  make_prod(world);
  store::Creations notes(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
  const store::Creation note{.connection = "prod", .correlation_id = "key"};
  notes.note(note);
  notes.attach(note, {.alert_id = "alert"});
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = "n\n";
  const CliResult kept = world.run(one.command);
  CHECK(has(kept.err, one.question));
  CHECK(rows(world) == 2);
  CHECK(notes.find("prod", WorkItemType::incident, "key"));
  world.input = "y\n";
  const CliResult purged = world.run(one.command);
  INFO(purged.err);
  CHECK(purged.code == 0);
  CHECK(has(purged.err, one.closing));
  CHECK(rows(world) == 0);
  CHECK_FALSE(notes.find("prod", WorkItemType::incident, "key"));
}
