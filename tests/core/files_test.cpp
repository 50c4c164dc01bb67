#include "itsmc/core/files.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "itsmc/core/error.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using itsmc::test::TempDir;
namespace fs = std::filesystem;

namespace {

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

ErrorKind kind_thrown_by(const std::function<void()>& act) {
  return test::error_of(act).kind();
}

/// Permissions do not bind root.
bool is_root() {
  return ::geteuid() == 0;
}

}  // namespace

TEST_CASE("a file that is not there reads as absent") {
  const TempDir dir;
  CHECK_FALSE(read_file(dir / "none"));
  CHECK_FALSE(read_file(dir / "none" / "deeper"));
  write_atomically(dir / "file", "x", Privacy::shared);
  CHECK_FALSE(read_file(dir / "file" / "deeper"));
}

TEST_CASE("bytes come back as they were written, whatever they are") {
  const TempDir dir;
  std::string bytes(100'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 251);
  write_atomically(dir / "a" / "b" / "file", bytes, Privacy::shared);
  CHECK(read_file(dir / "a" / "b" / "file") == bytes);
  write_atomically(dir / "a" / "b" / "file", "", Privacy::shared);
  CHECK(read_file(dir / "a" / "b" / "file") == "");
  CHECK(names_in(dir / "a" / "b") == std::vector<std::string>{"file"});
}

TEST_CASE("a file larger than the limit, a directory and an unreadable file are errors") {
  const TempDir dir;
  write_atomically(dir / "file", "12345", Privacy::shared);
  CHECK(read_file(dir / "file", 5) == "12345");
  CHECK(kind_thrown_by([&] { (void)read_file(dir / "file", 4); }) == ErrorKind::storage);
  CHECK(kind_thrown_by([&] { (void)read_file(dir.path()); }) == ErrorKind::storage);
  if (is_root()) return;
  fs::permissions(dir / "file", fs::perms::none);
  CHECK(kind_thrown_by([&] { (void)read_file(dir / "file"); }) == ErrorKind::storage);
}

TEST_CASE("what is for the owner only is 0600 in 0700, shared files are 0644 at most") {
  const TempDir dir;
  const mode_t before = ::umask(022);
  write_atomically(dir / "secrets" / "token", "x", Privacy::owner_only);
  write_atomically(dir / "open" / "config", "x", Privacy::shared);
  ::umask(077);
  write_atomically(dir / "open" / "careful", "x", Privacy::shared);
  ::umask(before);
  CHECK(mode_of(dir / "secrets" / "token") == 0600);
  CHECK(mode_of(dir / "secrets") == 0700);
  CHECK(mode_of(dir / "open" / "config") == 0644);
  CHECK(mode_of(dir / "open") == 0755);
  CHECK(mode_of(dir / "open" / "careful") == 0600);
}

TEST_CASE("a replaced secret is 0600 again, a replaced shared file keeps its owner's mode") {
  const TempDir dir;
  write_atomically(dir / "token", "x", Privacy::owner_only);
  fs::permissions(dir / "token", fs::perms(0644));
  CHECK_FALSE(is_private(dir / "token"));
  write_atomically(dir / "token", "y", Privacy::owner_only);
  CHECK(mode_of(dir / "token") == 0600);
  write_atomically(dir / "config", "x", Privacy::shared);
  fs::permissions(dir / "config", fs::perms(0660));
  write_atomically(dir / "config", "y", Privacy::shared);
  CHECK(mode_of(dir / "config") == 0660);
}

TEST_CASE("what another program reads has the mode it is given, a replaced one its own") {
  const TempDir dir;
  const mode_t before = ::umask(077);
  write_atomically(dir / "metrics", "x", FileMode{0640});
  CHECK(mode_of(dir / "metrics") == 0640);
  fs::permissions(dir / "metrics", fs::perms(0644));
  write_atomically(dir / "metrics", "y", FileMode{0600});
  ::umask(before);
  CHECK(mode_of(dir / "metrics") == 0644);
}

TEST_CASE("a link stays a link and the file it leads to is replaced") {
  const TempDir dir;
  write_atomically(dir / "dotfiles" / "real.toml", "old", Privacy::shared);
  fs::create_directory(dir / "config");
  fs::create_symlink("../dotfiles/real.toml", dir / "config" / "relative.toml");
  fs::create_symlink(dir / "config" / "relative.toml", dir / "config" / "absolute.toml");
  write_atomically(dir / "config" / "absolute.toml", "new", Privacy::shared);
  CHECK(fs::is_symlink(dir / "config" / "absolute.toml"));
  CHECK(fs::is_symlink(dir / "config" / "relative.toml"));
  CHECK(read_file(dir / "dotfiles" / "real.toml") == "new");
  CHECK(names_in(dir / "dotfiles") == std::vector<std::string>{"real.toml"});
}

TEST_CASE("a link to nothing makes the file, a circle of links is an error") {
  const TempDir dir;
  fs::create_symlink(dir / "later" / "real", dir / "link");
  write_atomically(dir / "link", "x", Privacy::shared);
  CHECK(read_file(dir / "later" / "real") == "x");
  fs::create_symlink(dir / "two", dir / "one");
  fs::create_symlink(dir / "one", dir / "two");
  CHECK(kind_thrown_by([&] { write_atomically(dir / "one", "x", Privacy::shared); }) ==
        ErrorKind::storage);
}

TEST_CASE("a write that fails leaves the old file and nothing beside it") {
  const TempDir dir;
  fs::create_directories(dir / "target" / "not-empty");
  CHECK(kind_thrown_by([&] { write_atomically(dir / "target", "x", Privacy::shared); }) ==
        ErrorKind::storage);
  CHECK(names_in(dir.path()) == std::vector<std::string>{"target"});
  write_atomically(dir / "file", "old", Privacy::shared);
  CHECK(kind_thrown_by([&] { write_atomically(dir / "file" / "x", "y", Privacy::shared); }) ==
        ErrorKind::storage);
  CHECK(read_file(dir / "file") == "old");
}

TEST_CASE("what an earlier crash left beside a file does not disturb it") {
  const TempDir dir;
  std::ofstream(dir / ".file.0123456789abcdef.tmp") << "half of it";
  write_atomically(dir / "file", "whole", Privacy::shared);
  CHECK(read_file(dir / "file") == "whole");
}

TEST_CASE("whoever is killed in the midst of writing leaves the old bytes or the new") {
  const TempDir dir;
  const std::string a(200'000, 'a');
  const std::string b(200'000, 'b');
  write_atomically(dir / "file", a, Privacy::owner_only);
  for (int round = 0; round < 20; ++round) {
    int writes[2] = {-1, -1};
    REQUIRE(::pipe(writes) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (int i = 0;; ++i) {
        if (::write(writes[1], "x", 1) != 1) ::_exit(1);
        write_atomically(dir / "file", i % 2 == 0 ? b : a, Privacy::owner_only);
      }
    }
    char begun = 0;
    for (int i = 0; i < 1 + round % 4; ++i) REQUIRE(::read(writes[0], &begun, 1) == 1);
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    ::close(writes[0]);
    ::close(writes[1]);
    const auto bytes = read_file(dir / "file");
    CHECK((bytes == a || bytes == b));
  }
  write_atomically(dir / "file", "last", Privacy::owner_only);
  CHECK(read_file(dir / "file") == "last");
}

TEST_CASE("is_private tells who else may read") {
  const TempDir dir;
  CHECK(is_private(dir / "none"));
  write_atomically(dir / "file", "x", Privacy::shared);
  for (const auto& [mode, expected] : std::vector<std::pair<unsigned, bool>>{
           {0600, true}, {0400, true}, {0700, true}, {0640, false}, {0604, false}, {0620, false}}) {
    fs::permissions(dir / "file", fs::perms(mode));
    CAPTURE(mode);
    CHECK(is_private(dir / "file") == expected);
  }
}

TEST_CASE("directories are made with their parents, and one that is there is left alone") {
  const TempDir dir;
  make_directory(dir / "a" / "b" / "c", Privacy::owner_only);
  CHECK(mode_of(dir / "a") == 0700);
  CHECK(mode_of(dir / "a" / "b" / "c") == 0700);
  fs::permissions(dir / "a", fs::perms(0755));
  make_directory(dir / "a" / "b", Privacy::owner_only);
  make_directory((dir / "a" / "d").string() + "/", Privacy::shared);
  CHECK(mode_of(dir / "a") == 0755);
  CHECK(fs::is_directory(dir / "a" / "d"));
  write_atomically(dir / "file", "x", Privacy::shared);
  CHECK(kind_thrown_by([&] { make_directory(dir / "file", Privacy::shared); }) ==
        ErrorKind::storage);
  CHECK(kind_thrown_by([&] { make_directory(dir / "file" / "x", Privacy::shared); }) ==
        ErrorKind::storage);
}

TEST_CASE("remove_file says whether there was one") {
  const TempDir dir;
  write_atomically(dir / "file", "x", Privacy::shared);
  CHECK(remove_file(dir / "file"));
  CHECK_FALSE(remove_file(dir / "file"));
  CHECK(kind_thrown_by([&] { remove_file(dir.path()); }) == ErrorKind::storage);
}
