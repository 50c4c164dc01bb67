#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

// The layer rule of docs/architecture.md. One include path serves all layers, so the compiler
// cannot enforce it: this test does.

namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>> k_may_include = {
    {"core", {}},
    {"alerts", {"core"}},
    {"http", {"core"}},
    {"config", {"core", "http"}},
    {"store", {"core"}},
    {"partners", {"core", "http"}},
    {"sinks", {"core", "http"}},
    {"client", {"core", "alerts", "http", "config", "store", "partners", "sinks"}},
    // A command sees the store's and the transport's value types through the client's headers.
    {"cli", {"core", "client"}},
    {"main", {"core", "cli", "client", "http"}},
};

struct OwnedWord {
  std::vector<std::string> spellings;
  std::vector<std::string> owners;  // path prefixes; none: nobody may
};

const std::vector<OwnedWord> k_owned = {
    {{"std::cout", "std::cerr", "printf("}, {}},
    {{"exit(", "abort("}, {}},
    {{"getenv("}, {"src/main.cpp"}},
    {{"std::thread", "std::jthread"}, {"src/client/", "src/main.cpp", "include/itsmc/client/"}},
    {{"sleep_for", "sleep_until", "usleep("}, {}},
    {{"#include <sqlite3.h>"}, {"src/store/"}},
    {{"#include <curl/"}, {"src/http/"}},
    {{"#include <openssl/"}, {"src/http/crypto_library.hpp"}},
    {{"dlopen("}, {"src/core/shared_library.cpp"}},
    {{"posix_spawn("}, {"src/config/child_process.cpp", "src/config/reading_process.cpp"}},
    {{"#include <CLI/"}, {"src/cli/"}},
    {{"#include <jq.h>", "#include <jv.h>"}, {"src/cli/jq_library.hpp"}},
    {{"#include <toml"}, {"src/config/"}},
    {{"#include <libsecret/"}, {"src/config/keyring_library.hpp"}},
    {{"#include <simdjson"}, {"src/partners/"}},
};

struct Source {
  std::string path;   // relative to the root
  std::string layer;  // "core"... or "main"
  std::vector<std::string> lines;
};

std::vector<Source> read_sources() {
  const fs::path root = ITSMC_SOURCE_DIR;
  std::vector<Source> sources;
  for (const char* top : {"include", "src"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".cpp" && extension != ".hpp") continue;
      Source source{fs::relative(entry.path(), root).string(), {}, {}};
      const std::regex layer_of("^(include/itsmc|src)/([a-z]+)/.*");
      std::smatch match;
      source.layer = std::regex_match(source.path, match, layer_of) ? match[2].str() : "main";
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) source.lines.push_back(line);
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

// A name that only ends so, or another's member, is another word.
bool uses(const std::string& code, const OwnedWord& owned) {
  for (const std::string& spelling : owned.spellings) {
    for (std::size_t at = code.find(spelling); at != code.npos; at = code.find(spelling, at + 1)) {
      const char before = at == 0 ? ' ' : code[at - 1];
      if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_' && before != '.')
        return true;
    }
  }
  return false;
}

bool owned_by(const std::string& path, const std::vector<std::string>& owners) {
  for (const std::string& owner : owners) {
    if (path.starts_with(owner)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("each layer includes only what its row allows") {
  const std::regex include(R"re(^#include "(itsmc/)?([a-z]+)/.*)re");
  const std::vector<Source> sources = read_sources();
  REQUIRE(sources.size() > 40);
  for (const Source& source : sources) {
    const auto allowed = k_may_include.find(source.layer);
    REQUIRE(allowed != k_may_include.end());
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      std::smatch match;
      if (!std::regex_match(source.lines[i], match, include)) continue;
      const std::string included = match[2];
      INFO(source.path << ":" << i + 1 << ": " << source.layer << " may not include " << included);
      CHECK((included == source.layer || allowed->second.contains(included)));
    }
  }
}

TEST_CASE("what touches the world stands only in the files that own it") {
  const std::vector<Source> sources = read_sources();
  for (const OwnedWord& owned : k_owned) {
    int at_home = 0;
    for (const Source& source : sources) {
      const bool home = owned_by(source.path, owned.owners);
      for (std::size_t i = 0; i < source.lines.size(); ++i) {
        const std::string code = source.lines[i].substr(0, source.lines[i].find("//"));
        if (!uses(code, owned)) continue;
        INFO(source.path << ":" << i + 1 << ": \"" << source.lines[i] << "\"");
        CHECK(home);
        ++at_home;
      }
    }
    INFO("its owners do not use " << owned.spellings.front()
                                  << ": it is spelled otherwise now, and nothing is held");
    CHECK((owned.owners.empty() || at_home > 0));
  }
}

TEST_CASE("files stay short: none over 450 lines, headers under 200") {
  for (const Source& source : read_sources()) {
    INFO(source.path << ": " << source.lines.size() << " lines");
    CHECK(source.lines.size() <= (source.path.ends_with(".hpp") ? 200U : 450U));
  }
}
