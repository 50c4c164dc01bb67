#include "itsmc/client/settings.hpp"

#include <system_error>

#include "itsmc/config/config.hpp"

namespace itsmc::client {

std::vector<FieldText> option_defaults(const Platform& platform,
                                       const std::function<std::vector<std::string>()>& known) {
  std::error_code unknown;
  const auto file = std::filesystem::symlink_status(platform.config_dir / "config.toml", unknown);
  if (file.type() == std::filesystem::file_type::not_found) return {};
  return config::load_settings(platform.config_dir, known()).defaults;
}

Secret read_secret(const Platform& platform, const std::filesystem::path& file) {
  return config::read_secret_file(file, platform.log);
}

}  // namespace itsmc::client
