#include "core/file_refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/environment_words.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc {
namespace {

namespace fs = std::filesystem;

/// What stands in the way, and what it lacks.
struct Obstacle {
  fs::path path;
  const char* right = "";  // as chmod spells it
};

/// A directory above `path` that may not be searched; no path: each may.
Obstacle closed_above(const fs::path& path) {
  fs::path above;
  for (const fs::path& part : directory_of(path)) {
    above /= part;
    struct stat seen {};
    const bool is_directory = ::stat(above.c_str(), &seen) == 0 && S_ISDIR(seen.st_mode);
    if (is_directory && ::access(above.c_str(), X_OK) != 0) return {above, "rwx"};
  }
  return {};
}

/// The nearest directory above `path` that is there: what it would be made in.
fs::path ground_of(const fs::path& path) {
  fs::path ground = directory_of(path);
  std::error_code unknown;
  while (!fs::exists(ground, unknown) && ground.has_relative_path()) ground = directory_of(ground);
  return ground;
}

Obstacle obstacle_of(const fs::path& path, FileUse use) {
  if (Obstacle closed = closed_above(path); !closed.path.empty()) return closed;
  std::error_code unknown;
  const bool there = fs::exists(path, unknown);
  if (use == FileUse::read) {
    return {path, fs::is_directory(path, unknown) ? "rx" : "r"};
  }
  if (there && ::access(path.c_str(), W_OK) != 0) {
    return {path, fs::is_directory(path, unknown) ? "rwx" : "rw"};
  }
  return {ground_of(path), "rwx"};
}

std::string whose(const std::string& quoted, const struct stat& seen) {
  return fmt::format("{} is of user {}, mode {:04o}, and itsmc runs as user {}", quoted,
                     seen.st_uid, seen.st_mode & 07777U, ::geteuid());
}

/// The directory and what is in it, as far as it may be listed, by name.
std::vector<fs::path> tree_of(const fs::path& directory) {
  std::vector<fs::path> all{directory};
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    all.push_back(entry->path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool lacks_rights(const struct stat& seen) {
  const mode_t needed = S_ISDIR(seen.st_mode) ? S_IRWXU : S_IRUSR | S_IWUSR;
  return (seen.st_mode & needed) != needed;
}

std::string hint_of_permission(const fs::path& path, FileUse use) {
  const Obstacle obstacle = obstacle_of(path, use);
  struct stat seen {};
  if (::stat(obstacle.path.c_str(), &seen) != 0) return {};
  const std::string name = fmt::format("\"{}\"", obstacle.path.string());
  if (seen.st_uid == ::geteuid()) {
    return fmt::format("its mode is {:04o}: chmod u+{} {}", seen.st_mode & 07777U, obstacle.right,
                       name);
  }
  return fmt::format("{}: sudo chown {} {}", whose(name, seen), ::geteuid(), name);
}

}  // namespace

std::string hint_of_refusal(const fs::path& path, FileUse use, int code) {
  switch (code) {
    case EACCES:
    case EPERM:
      return hint_of_permission(path, use);
    case EROFS:
      return "its file system is for reading only";
    case ENOSPC:
    case EDQUOT:
      return fmt::format("make room there: df -h \"{}\"", ground_of(path).string());
    case ENOTDIR:
    case EEXIST:
      return "a file stands where a directory belongs: move it away";
    case ENOENT:
      return use == FileUse::write
                 ? fmt::format("nothing can be made in \"{}\"", ground_of(path).string())
                 : std::string();
    default:
      return {};
  }
}

std::string hint_of_closed_tree(const fs::path& directory) {
  std::string foreign, closed;
  for (const fs::path& path : tree_of(directory)) {
    struct stat seen {};
    if (::lstat(path.c_str(), &seen) != 0 || S_ISLNK(seen.st_mode)) continue;
    const std::string name = fmt::format("\"{}\"", path.string());
    if (foreign.empty() && seen.st_uid != ::geteuid()) foreign = whose(name, seen);
    if (closed.empty() && lacks_rights(seen)) {
      closed = fmt::format("the mode of {} is {:04o}", name, seen.st_mode & 07777U);
    }
  }
  const std::string root = fmt::format("\"{}\"", directory.string());
  const std::string open = "chmod -R u+rwX " + root;
  if (foreign.empty()) return closed.empty() ? "" : closed + ": " + open;
  return fmt::format("{}: sudo chown -R {} {}{}{}", foreign, ::geteuid(), root,
                     closed.empty() ? "" : " && ", closed.empty() ? "" : open);
}

std::string or_elsewhere(const std::string& mend, std::string_view option) {
  return fmt::format("{}, or name another directory: --{} DIR or {}", mend, option,
                     environment_name(option));
}

std::string refusal_to_make_in(const fs::path& directory) {
  if (::access(directory.c_str(), W_OK | X_OK) == 0) {
    std::string trial = (directory / ".itsmc.XXXXXX").string();
    if (::mkdtemp(trial.data()) != nullptr) {
      ::rmdir(trial.c_str());
      return {};
    }
  }
  return std::generic_category().message(errno);
}

}  // namespace itsmc
