#include "itsmc/client/settings.hpp"

#include <system_error>
#include <utility>

#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {

bool may_stand_in_settings(const std::string& key) {
  return config::problem_of_settings_key(key).empty();
}

std::string problem_of_value(const KnownSettings& known, const FieldText& field) {
  try {
    known.check(field);
  } catch (const Error& error) {
    return error.text();
  }
  return {};
}

std::vector<FieldText> option_defaults(const Platform& platform,
                                       const std::function<KnownSettings()>& known) {
  std::error_code unknown;
  const auto file = std::filesystem::symlink_status(platform.config_dir / "config.toml", unknown);
  if (file.type() == std::filesystem::file_type::not_found) return {};
  const KnownSettings settings = known();
  std::vector<FieldText> defaults;
  for (config::Setting& setting : config::load_settings(
           platform.config_dir, settings.names,
           [&](const FieldText& field) { return problem_of_value(settings, field); },
           settings.reads)) {
    defaults.push_back(std::move(setting.field));
  }
  return defaults;
}

Secret read_secret(const Platform& platform, const std::filesystem::path& file) {
  return config::read_secret_file(file, platform.log);
}

}  // namespace itsmc::client
