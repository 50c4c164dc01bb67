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
  std::string word;
  std::vector<std::string> owners;  // path prefixes
};

const std::vector<OwnedWord> k_owned = {
    {R"(std::cout|std::cerr|\bprintf\()", {"src/cli/", "src/main.cpp"}},
    {R"(\bexit\(|\babort\()", {"src/main.cpp", "src/config/secret_command.cpp"}},
    {R"((^|[^._a-z])getenv\()", {"src/main.cpp"}},
    {R"(std::j?thread\b)", {"src/client/", "src/main.cpp", "include/itsmc/client/"}},
    {R"(sleep_for|\busleep\()", {"src/core/time.cpp"}},
    {R"(#include <sqlite3\.h>)", {"src/store/"}},
    {R"(#include <curl/)", {"src/http/"}},
    {R"(#include <openssl/)", {"src/http/crypto_library.hpp"}},
    {R"(dlopen\()", {"src/core/shared_library.cpp"}},
    {R"(posix_spawn\()", {"src/config/child_process.cpp", "src/config/reading_process.cpp"}},
    {R"(#include <CLI/)", {"src/cli/"}},
    {R"(#include <j[qv]\.h>)", {"src/cli/jq_library.hpp"}},
    {R"(#include <toml)", {"src/config/"}},
    {R"(#include <libsecret/)", {"src/config/keyring_library.hpp"}},
    {R"(#include <simdjson)", {"src/partners/"}},
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
  for (const Source& source : read_sources()) {
    for (const OwnedWord& owned : k_owned) {
      if (owned_by(source.path, owned.owners)) continue;
      const std::regex word(owned.word);
      for (std::size_t i = 0; i < source.lines.size(); ++i) {
        const std::string code = source.lines[i].substr(0, source.lines[i].find("//"));
        INFO(source.path << ":" << i + 1 << ": \"" << source.lines[i] << "\"");
        CHECK_FALSE(std::regex_search(code, word));
      }
    }
  }
}

TEST_CASE("files stay short: none over 450 lines, headers under 200") {
  for (const Source& source : read_sources()) {
    INFO(source.path << ": " << source.lines.size() << " lines");
    CHECK(source.lines.size() <= (source.path.ends_with(".hpp") ? 200U : 450U));
  }
}
