#include "core/file_refusal.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "itsmc/core/files.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using itsmc::test::TempDir;
namespace fs = std::filesystem;

TEST_CASE("a refused file is told with the command that opens it") {
  const TempDir dir;
  write_atomically(dir / "file", "x", Privacy::owner_only);
  fs::permissions(dir / "file", fs::perms::none);
  CHECK(hint_of_refusal(dir / "file", FileUse::read, EACCES) ==
        "its mode is 0000: chmod u+r \"" + (dir / "file").string() + "\"");
  fs::create_directory(dir / "closed");
  fs::permissions(dir / "closed", fs::perms::none);
  CHECK(hint_of_refusal(dir / "closed", FileUse::read, EACCES) ==
        "its mode is 0000: chmod u+rx \"" + (dir / "closed").string() + "\"");
  fs::permissions(dir.path(), fs::perms(0700));
  CHECK(hint_of_refusal(dir / "new" / "file", FileUse::write, EACCES) ==
        "its mode is 0700: chmod u+rwx \"" + dir.path().string() + "\"");
}

TEST_CASE("a directory with something closed in it is opened by one command") {
  const TempDir dir;
  const std::string root = "\"" + dir.path().string() + "\"";
  const fs::path lock = dir / "locks" / "prod.token.lock";
  make_directory(lock.parent_path(), Privacy::owner_only);
  write_atomically(lock, "", Privacy::owner_only);
  fs::permissions(dir.path(), fs::perms(0700));
  CHECK(hint_of_closed_tree(dir.path()).empty());
  CHECK(hint_of_closed_tree(dir / "none").empty());
  fs::permissions(lock, fs::perms(0400));
  CHECK(hint_of_closed_tree(dir.path()) ==
        "the mode of \"" + lock.string() + "\" is 0400: chmod -R u+rwX " + root);
  fs::permissions(lock.parent_path(), fs::perms(0500));
  CHECK(hint_of_closed_tree(dir.path()) ==
        "the mode of \"" + lock.parent_path().string() + "\" is 0500: chmod -R u+rwX " + root);
  fs::permissions(lock.parent_path(), fs::perms(0700));
  if (::geteuid() != 0) return;
  REQUIRE(::chown(lock.c_str(), 65534, 65534) == 0);
  CHECK(hint_of_closed_tree(dir.path()) ==
        "\"" + lock.string() +
            "\" is of user 65534, mode 0400, and itsmc runs as user 0: sudo chown -R 0 " + root +
            " && chmod -R u+rwX " + root);
}

TEST_CASE("each refusal that is no matter of permissions has its own next step") {
  const TempDir dir;
  struct Case {
    FileUse use;
    int code;
    std::string hint;
  };
  const std::vector<Case> cases{
      {FileUse::write, EROFS, "its file system is for reading only"},
      {FileUse::write, ENOSPC, "make room there: df -h \"" + dir.path().string() + "\""},
      {FileUse::write, EEXIST, "a file stands where a directory belongs: move it away"},
      {FileUse::write, ENOENT, "nothing can be made in \"" + dir.path().string() + "\""},
      {FileUse::read, ENOENT, ""},
      {FileUse::read, EIO, ""}};
  for (const Case& row : cases) {
    CAPTURE(row.code);
    CHECK(hint_of_refusal(dir / "file", row.use, row.code) == row.hint);
  }
}

TEST_CASE("whether something can be made is tried, and nothing is left of it") {
  const TempDir dir;
  CHECK(refusal_to_make_in(dir.path()).empty());
  CHECK(fs::is_empty(dir.path()));
  CHECK(refusal_to_make_in("/proc") == "No such file or directory");  // its mode allows root all
  CHECK_FALSE(refusal_to_make_in(dir / "none").empty());
}

TEST_CASE("what cannot be made is an error with path, the system's words and a hint") {
  const Error error =
      test::error_of([] { make_directory("/proc/nope/deeper", Privacy::owner_only); });
  CHECK(error.kind() == ErrorKind::storage);
  CHECK(error.text() == "making the directory \"/proc/nope\": No such file or directory");
  CHECK(error.hint() == "nothing can be made in \"/proc\"");
}
