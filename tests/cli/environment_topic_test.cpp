#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "cli/topics.hpp"
#include "itsmc/core/text.hpp"

using namespace itsmc;

namespace {

namespace fs = std::filesystem;

/// Names that the sources hand to what reads a variable, and literals that can be nothing else.
std::set<std::string> variables_read() {
  const std::regex read(
      R"re((?:getenv|variable|environment|xdg)\((?:\w+, )?"([A-Z_]+)"|"((?:AZURE|XDG|IDENTITY|IMDS|ITSMC|LC|HTTPS?|ALL|https?|all)_[A-Za-z_]*[A-Za-z])")re");
  std::set<std::string> names;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(fs::path(ITSMC_SOURCE_DIR) / "src")) {
    if (entry.path().extension() != ".cpp" || entry.path().filename() == "topics.cpp") continue;
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (auto found = std::sregex_iterator(text.begin(), text.end(), read);
         found != std::sregex_iterator(); ++found) {
      const std::string name = (*found)[1].matched ? (*found)[1].str() : (*found)[2].str();
      // Beginnings, which the code completes.
      if (name.ends_with('_') || name.starts_with("ITSMC_CONNECTION_")) continue;
      names.insert(name);
    }
  }
  return names;
}

std::set<std::string> variables_told() {
  std::set<std::string> names;
  for (const cli::TopicPart& part : cli::environment_parts()) {
    for (const cli::TopicRow& row : part.rows) {
      for (const std::string& name : split(row.word, ',')) names.emplace(trim(name));
    }
  }
  return names;
}

}  // namespace

TEST_CASE("help environment names every variable that the sources read") {
  const std::set<std::string> read = variables_read();
  const std::set<std::string> told = variables_told();
  CHECK(read.size() > 25);  // the pattern still finds them
  for (const std::string& name : read) {
    INFO(name);
    CHECK(told.contains(name));
  }
}
