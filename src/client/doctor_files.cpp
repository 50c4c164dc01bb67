#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/doctor_parts.hpp"
#include "client/store_check.hpp"
#include "core/check_line.hpp"
#include "core/file_refusal.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/integrity.hpp"

namespace itsmc::client {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t k_little_room = 1024ULL << 20U;
constexpr std::uintmax_t k_no_room = 64ULL << 20U;

/// What fails without it: all of it, or only what saves.
enum class Writing : std::uint8_t { needed, by_some };

Check not_to_be(const std::string& name, const fs::path& place, const char* verb,
                const std::string& cause) {
  return bad_line(
      name, fmt::format("{} cannot be {}", place.string(), verb),
      {.cause = cause,
       .hint = fmt::format("give it to the user that runs itsmc, or name another: --{} DIR", name),
       .kind = ErrorKind::config});
}

/// A machine whose configuration is laid down by others may run for good without writing it.
Check judge_writing(const std::string& name, const fs::path& directory, Writing writing) {
  const fs::path ground = nearest_present(directory);
  const bool there = ground == directory;
  const std::string refusal = there ? refusal_to_write(ground) : refusal_to_make_in(ground);
  if (refusal.empty()) {
    return good_line(name, directory.string() + (there ? "" : " is not there yet"));
  }
  const std::string message = there ? fmt::format("{} can be read, not written", directory.string())
                                    : fmt::format("{} is not there and cannot be made in {}",
                                                  directory.string(), ground.string());
  Trouble trouble{
      .cause = refusal, .hint = hint_of_unwritable(directory, name), .kind = ErrorKind::config};
  if (writing == Writing::needed) return bad_line(name, message, std::move(trouble));
  trouble.cause += ": nothing can be added or edited";
  return doubtful_line(name, message, std::move(trouble));
}

Check check_directory(const std::string& name, const fs::path& directory, Writing writing) {
  std::error_code unknown;
  const fs::path ground = nearest_present(directory);
  if (!fs::is_directory(ground, unknown)) {
    return not_to_be(name, ground, "used", "it is not a directory");
  }
  if (ground == directory && ::access(ground.c_str(), R_OK | X_OK) != 0) {
    return not_to_be(name, ground, "read", std::system_category().message(errno));
  }
  return judge_writing(name, directory, writing);
}

/// The directory or a file of it that we may not read; empty: we may read each.
fs::path unreadable(const fs::path& directory) {
  if (::access(directory.c_str(), R_OK | X_OK) != 0) return directory;
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (::access(entry->path().c_str(), R_OK) != 0) return entry->path();
  }
  return {};
}

bool is_of_another_user(const fs::path& path) {
  struct stat seen {};
  return ::stat(path.c_str(), &seen) == 0 && seen.st_uid != ::geteuid();
}

Check check_secrets(const fs::path& directory) {
  const std::string name = "secrets";
  std::error_code unknown;
  if (!fs::exists(directory, unknown)) return good_line(name, "none is kept in a file");
  if (is_of_another_user(directory)) {
    return bad_line(name, directory.string() + " is another user's",
                    {.cause = "itsmc was run once as another user, as by sudo",
                     .hint = fmt::format("chown -R $(id -u) {}", directory.string())});
  }
  if (const fs::path closed = unreadable(directory); !closed.empty()) {
    return bad_line(name, closed.string() + " cannot be read",
                    {.cause = std::system_category().message(EACCES),
                     .hint = hint_of_refusal(closed, FileUse::read, EACCES)});
  }
  std::vector<std::string> open;
  for (const fs::path& file : config::readable_by_others(directory)) open.push_back(file.string());
  if (!open.empty()) {
    return bad_line(name, "others can read " + join(open, ", "),
                    {.cause = "if another user may have read them, make new secrets in the product",
                     .hint = "chmod 600 " + join(open, " ")});
  }
  if (!is_private(directory)) {
    return doubtful_line(
        name, "others can list " + directory.string(),
        {.cause = "its mode is not 0700", .hint = "chmod 700 " + directory.string()});
  }
  return good_line(name, directory.string() + " is for your eyes alone");
}

Check check_room(const fs::path& data_dir) {
  const fs::path ground = nearest_present(data_dir);
  std::error_code error;
  const fs::space_info room = fs::space(ground, error);
  if (error) {
    return doubtful_line("space", ground.string() + " does not say how much room it has",
                         {.cause = error.message(), .hint = {}});
  }
  const std::string message =
      fmt::format("{} MiB free at {}", room.available >> 20U, ground.string());
  Trouble little{.cause = "a sync stops where the disk is full; what was finished is safe",
                 .hint = "make room, or name another disk: --data-dir DIR",
                 .kind = ErrorKind::storage};
  if (room.available < k_no_room) return bad_line("space", message, std::move(little));
  if (room.available < k_little_room) return doubtful_line("space", message, std::move(little));
  return good_line("space", message);
}

Check check_whole(const fs::path& file) {
  try {
    const store::Integrity found = store::check_integrity(file);
    if (found.problems.empty()) {
      return good_line("integrity", fmt::format("whole, version {}", found.schema_version));
    }
    return bad_line("integrity", fmt::format("{} is damaged", file.string()),
                    {.cause = join(found.problems, "; "),
                     .hint = "keep a copy, remove it, and run: itsmc sync run --full",
                     .kind = ErrorKind::damaged});
  } catch (const Error& error) {
    return bad_line("integrity", fmt::format("{} cannot be checked", file.string()),
                    trouble_of(error));
  }
}

}  // namespace

std::vector<Check> check_files(const Platform& platform) {
  return {check_directory("config-dir", platform.config_dir, Writing::by_some),
          check_directory("data-dir", platform.data_dir, Writing::needed),
          check_directory("state-dir", platform.state_dir, Writing::needed),
          check_secrets(platform.state_dir / "secrets")};
}

std::vector<Check> check_store_whole(const Platform& platform) {
  std::vector<Check> checks{check_store(platform)};
  const fs::path file = platform.data_dir / "itsmc.db";
  std::error_code unknown;
  if (!fs::exists(file, unknown)) {
    const char* const cause = unknown ? "the store may not be read" : "there is no store yet";
    checks.push_back(skipped_line("integrity", cause));
  } else {
    checks.push_back(check_whole(file));
  }
  checks.push_back(check_room(platform.data_dir));
  return checks;
}

}  // namespace itsmc::client
