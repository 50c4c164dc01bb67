#include "client/credential.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "itsmc/config/config.hpp"

namespace itsmc::client {

std::optional<Credential> find_credential(const Platform& platform, std::string_view owner,
                                          std::string_view field) {
  const std::filesystem::path directory =
      platform.getenv("CREDENTIALS_DIRECTORY").value_or(std::string());
  // A relative path would be looked for wherever somebody happens to stand.
  if (!directory.is_absolute()) return std::nullopt;
  const std::filesystem::path file = directory / fmt::format("{}.{}", owner, field);
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) return std::nullopt;
  // Who else may read it is systemd's business: it gives access by ACL, which shows as a group's.
  return Credential{config::read_secret_file(file, no_log()), file.string()};
}

}  // namespace itsmc::client
