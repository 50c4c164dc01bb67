#include "cli/schema.hpp"

#include <cstdlib>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using namespace itsmc::cli;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using nlohmann::json;

namespace {

/// What prints no rows of its own, or rows whose columns are the question's.
const std::set<std::string> k_without{"connection-add",    "connection-edit",
                                      "connection-remove", "connection-profile",
                                      "connection-login",  "connection-logout",
                                      "workspace-add",     "workspace-edit",
                                      "workspace-remove",  "workspace-query",
                                      "action-add",        "action-edit",
                                      "action-remove",     "query",
                                      "support-bundle",    "schedule-print",
                                      "completion"};

std::string name_of(const Command& command) {
  return std::string(command.noun) + (command.verb.empty() ? "" : "-" + std::string(command.verb));
}

CliResult schema_of(const Command& command, CliWorld& world) {
  std::vector<std::string> words{std::string(command.noun)};
  if (!command.verb.empty()) words.emplace_back(command.verb);
  OptionSet options;
  (void)command.build(options);
  if (options.operand().arity == Arity::one) words.emplace_back("x");
  words.insert(words.end(), {"--fields", "schema"});
  return world.run(words);
}

void check_kept(const std::string& name, const std::string& text) {
  const auto file = std::filesystem::path(ITSMC_SOURCE_DIR) / "docs" / "schema" / (name + ".json");
  if (std::getenv("ITSMC_UPDATE_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << text;
  INFO("docs/schema/" << name << ".json; ITSMC_UPDATE_GOLDEN=1 rewrites it");
  CHECK(read_file(file, 1U << 20U).value_or("") == text);
}

}  // namespace

TEST_CASE("every command that prints rows has its schema in docs/schema, without a store") {
  CliWorld world;
  for (const Command& command : commands()) {
    const std::string name = name_of(command);
    if (k_without.contains(name)) continue;
    const CliResult schema = schema_of(command, world);
    INFO(name << schema.err);
    REQUIRE(schema.code == 0);
    const json parsed = json::parse(schema.out);
    CHECK(parsed.contains("$schema"));
    check_kept(name, schema.out);
  }
  CHECK_FALSE(std::filesystem::exists(world.data_dir()));
}

TEST_CASE("the version's JSON has its schema in docs/schema", "[generated]") {
  CliWorld world;
  const CliResult schema = world.run({"--version", "--fields", "schema"});
  REQUIRE(schema.code == 0);
  check_kept("version", schema.out);
  const json version = json::parse(world.run({"--version", "-o", "json"}).out);
  const json described = json::parse(schema.out)["properties"];
  CHECK(version.size() == described.size());
  for (const auto& [library, named] : version["libraries"].items()) {
    INFO(library);
    CHECK(named.is_string());
    CHECK(described["libraries"]["properties"].contains(library));
  }
  CHECK(version["libraries"].size() == described["libraries"]["properties"].size());
}

TEST_CASE("a schema says what each field is and that all are there") {
  const std::vector<Column> columns{{"name", "what it \"is\""},
                                    {"rows", "", Shown::always, Figures::grouped},
                                    of_kind(Cell::Kind::time, {"at", "when"}),
                                    of_kind(Cell::Kind::list, {"types", "which"}),
                                    of_kind(Cell::Kind::null, {"any", "whatever"})};
  const json row = json::parse(row_schema(columns));
  CHECK(row["required"] == json::parse(R"(["name","rows","at","types","any"])"));
  const json& fields = row["properties"];
  CHECK(fields["name"] ==
        json::parse(R"({"description":"what it \"is\"","type":["string","null"]})"));
  CHECK(fields["rows"] == json::parse(R"({"type":["integer","null"]})"));
  CHECK(fields["at"]["format"] == "date-time");
  CHECK(fields["types"]["items"]["type"] == "string");
  CHECK_FALSE(fields["any"].contains("type"));
  CHECK(json::parse(rows_schema(columns, Shape::list))["items"] == row);
  CHECK(json::parse(rows_schema(columns, Shape::one)) == row);
  CHECK(json::parse(rows_schema(columns, std::nullopt))["anyOf"].size() == 2);
}

TEST_CASE("--jq looks into a schema as into any JSON") {
  CliWorld world;
  CHECK(
      world.run({"sync", "status", "--fields", "schema", "--jq", ".items.properties.rows.type[0]"})
          .out == "integer\n");
}
