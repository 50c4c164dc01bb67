#include "client/store_check.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "core/check_line.hpp"
#include "core/file_refusal.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {
namespace {

namespace fs = std::filesystem;

Check failed(const fs::path& place, const std::string& cause) {
  return bad_line(std::string(k_store_check), fmt::format("{} cannot be written", place.string()),
                  {.cause = cause,
                   .hint = "no sync can run; " + hint_of_unwritable(place, "data-dir"),
                   .kind = ErrorKind::storage});
}

}  // namespace

fs::path nearest_present(fs::path directory) {
  std::error_code unknown;
  while (!fs::exists(directory, unknown) && directory.has_relative_path()) {
    directory = directory.parent_path();
  }
  return directory.empty() ? fs::path(".") : directory;
}

std::string refusal_to_write(const fs::path& place) {
  if (::access(place.c_str(), W_OK) == 0) return {};
  return std::system_category().message(errno);
}

std::string hint_of_unwritable(const fs::path& directory, std::string_view option) {
  const fs::path ground = nearest_present(directory);
  std::string mend;
  if (::access(ground.c_str(), W_OK) != 0) mend = hint_of_refusal(ground, FileUse::write, errno);
  if (mend.empty()) {
    mend = fmt::format("make {} writable for the user that runs itsmc", ground.string());
  }
  return or_elsewhere(mend, option);
}

void refuse_unwritable(const fs::path& directory, std::string_view option) {
  const fs::path ground = nearest_present(directory);
  std::error_code unknown;
  const std::string refusal = fs::is_directory(ground, unknown)
                                  ? refusal_to_make_in(ground)
                                  : std::string("it is not a directory");
  if (refusal.empty()) return;
  const std::string what =
      ground == directory
          ? fmt::format("\"{}\" cannot be written", directory.string())
          : fmt::format("\"{}\" cannot be made in {}", directory.string(), ground.string());
  throw Error(ErrorKind::storage, fmt::format("{}: {}", what, refusal),
              hint_of_unwritable(directory, option));
}

void refuse_unwritable_file(const fs::path& file) {
  if (::access(file.c_str(), W_OK) == 0 || errno == ENOENT) return;
  const int code = errno;
  throw Error(ErrorKind::storage,
              fmt::format("\"{}\" cannot be written: {}", file.string(),
                          std::generic_category().message(code)),
              hint_of_refusal(file, FileUse::write, code));
}

Check check_store(const Platform& platform) {
  const fs::path file = platform.data_dir / "itsmc.db";
  const fs::path ground = nearest_present(platform.data_dir);
  std::error_code unknown;
  if (!fs::is_directory(ground, unknown)) return failed(ground, "it is not a directory");
  // SQLite makes its log beside the file.
  if (const std::string cause = refusal_to_write(ground); !cause.empty())
    return failed(ground, cause);
  if (!fs::exists(file, unknown)) {
    if (const std::string cause = refusal_to_make_in(ground); !cause.empty())
      return failed(ground, cause);
    return good_line(std::string(k_store_check),
                     fmt::format("nothing synced yet; {} can be made", file.string()));
  }
  if (const std::string cause = refusal_to_write(file); !cause.empty()) return failed(file, cause);
  try {
    const store::Store opened(file, store::OpenMode::read_only);
  } catch (const Error& error) {
    return bad_line(std::string(k_store_check), fmt::format("{} cannot be opened", file.string()),
                    trouble_of(error));
  }
  return good_line(std::string(k_store_check), file.string() + " can be written");
}

}  // namespace itsmc::client
