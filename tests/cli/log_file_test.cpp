#include "cli/log_file.hpp"

#include <filesystem>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::TempDir;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines = split(read_file(file).value_or(""), '\n');
  lines.pop_back();  // behind the last line's end
  return lines;
}

}  // namespace

TEST_CASE("a log line is one line, whatever is told") {
  const cli::LogLine line{.at = *parse_rfc3339("2026-06-20T08:00:00Z"),
                          .run = "0a1b",
                          .level = "error",
                          .text = "a\n\x1b[31mb\"c"};
  CHECK(
      cli::log_line(line, cli::LogFormat::text).starts_with("2026-06-20T08:00:00Z 0a1b error a "));
  const std::string object = cli::log_line(line, cli::LogFormat::json);
  CHECK(object.find('\n') == object.size() - 1);
  const auto read = nlohmann::json::parse(object);
  CHECK(read["time"] == "2026-06-20T08:00:00Z");
  CHECK(read["run"] == "0a1b");
  CHECK(read["level"] == "error");
  CHECK(read["message"].get<std::string>().starts_with("a\n"));
}

TEST_CASE("the log file gets what is told from begin to end, one run id in every line") {
  CliWorld world;
  const TempDir place;
  const std::filesystem::path file = place / "itsmc.log";
  const CliResult failed =
      world.run({"--quiet", "workitem", "show", "INC1", "--log-file", file.string()});
  CHECK(failed.code == 7);
  std::vector<std::string> lines = lines_of(file);
  REQUIRE(lines.size() >= 3);
  for (const std::string& line : lines) CHECK(line.find(" run-1 ") != std::string::npos);
  CHECK(lines.front().ends_with("info begins: itsmc workitem show (pid 4711)"));
  CHECK(lines[lines.size() - 2].find(" error no work item in the store") != std::string::npos);
  CHECK(lines.back().ends_with(" info ends: exit 7"));
  CHECK(is_private(file));
  world.environment["ITSMC_LOG_FILE"] = file.string();
  world.environment["ITSMC_LOG_FORMAT"] = "json";
  CHECK(world.run({"connection", "list"}).code == 0);
  const std::size_t before = lines.size();
  lines = lines_of(file);
  REQUIRE(lines.size() > before);  // added to, never begun anew
  for (std::size_t i = before; i < lines.size(); ++i) {
    CHECK(nlohmann::json::parse(lines[i])["run"] == "run-2");
  }
}

TEST_CASE("a log file that cannot be opened ends the command before it does anything") {
  CliWorld world;
  const CliResult result =
      world.run({"connection", "list", "--log-file", (world.data_dir() / "no/log").string()});
  CHECK(result.code == 2);
  CHECK(result.out.empty());
  CHECK(result.err.find("--log-file: ") != std::string::npos);
  CHECK(result.err.find("mkdir -p ") != std::string::npos);
}
