#include "config/program.hpp"

#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <signal.h>

#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace std::chrono_literals;
using itsmc::test::TempDir;
using How = CommandEnd::How;

namespace {

/// A folder on the search path with one program in it.
struct Folder {
  explicit Folder(const std::string& script) {
    const std::filesystem::path file = path() / "tool";
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  [[nodiscard]] std::filesystem::path path() const { return directory.path(); }
  [[nodiscard]] CommandEnd run(std::vector<std::string> more = {},
                               std::chrono::milliseconds limit = 30s) const {
    more.insert(more.begin(), "tool");
    return config::run_program(more, "relative::/nowhere:" + path().string(), limit);
  }
  TempDir directory;
};

}  // namespace

TEST_CASE("a program is found on the search path and gets its words as they are") {
  const Folder folder(R"(printf '%s|' "$@"; pwd; echo early >&2; echo 'late words' >&2; exit 3)");
  const CommandEnd end = folder.run({"a b", "$HOME", "'"});
  CHECK(end.how == How::exited);
  CHECK(end.status == 3);
  CHECK(end.output.reveal() == "a b|$HOME|'|/\n");
  CHECK(end.complaint == "late words");
  CHECK(end.complaints == "early\nlate words\n");
}

TEST_CASE("a program that is nowhere, or may not be run, is not found") {
  CHECK(config::run_program({"tool"}, "/nowhere", 1s).how == How::not_found);
  CHECK(config::run_program({"tool"}, "", 1s).how == How::not_found);
  const Folder folder("exit 0");
  std::filesystem::permissions(folder.path() / "tool", std::filesystem::perms::owner_read);
  CHECK(folder.run().how == How::not_found);
}

TEST_CASE("a program that does not end is ended, and one that is killed says by what") {
  CHECK(Folder("exec tail -f /dev/null").run({}, 50ms).how == How::too_long);
  const CommandEnd killed = Folder("kill -9 $$").run();
  CHECK(killed.how == How::killed);
  CHECK(killed.status == SIGKILL);
}
