#include "config/own_file.hpp"

#include <system_error>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::config {
namespace {

constexpr std::size_t k_max_file_bytes = 1U << 20U;

}  // namespace

std::optional<std::string> read_own_file(const std::filesystem::path& path) {
  std::error_code unknown;
  const std::filesystem::file_status status = std::filesystem::status(path, unknown);
  // What cannot be looked at tells its reason when it is read.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    const bool directory = std::filesystem::is_directory(status);
    throw Error(ErrorKind::config,
                fmt::format("{}: is {}", path.string(),
                            directory ? "a directory, where a file belongs" : "no regular file"),
                fmt::format("move it away: mv {0} {0}.old", path.string()));
  }
  return read_file(path, k_max_file_bytes);
}

}  // namespace itsmc::config
