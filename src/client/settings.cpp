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

std::vector<PlacedDefault> placed_defaults(const Platform& platform,
                                           const std::vector<std::string>& known) {
  const config::Settings settings = config::load_settings(platform.config_dir, known);
  std::vector<PlacedDefault> placed;
  for (std::size_t i = 0; i < settings.defaults.size(); ++i) {
    placed.push_back({settings.defaults[i], settings.places[i]});
  }
  return placed;
}

Secret read_secret(const Platform& platform, const std::filesystem::path& file) {
  return config::read_secret_file(file, platform.log);
}

}  // namespace itsmc::client
