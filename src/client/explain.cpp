#include "itsmc/client/explain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "client/environment_connections.hpp"
#include "config/toml_words.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/settings.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::client {

std::optional<Explained> explain_field(const Platform& platform, const std::string& connection,
                                       const std::string& field) {
  const std::vector<std::string> names = connection_names(platform);
  if (std::find(names.begin(), names.end(), connection) == names.end()) {
    static_cast<void>(load_connection(platform, connection));  // says which names there are
  }
  if (const auto value = environment_field(platform, connection, field)) {
    return Explained{*value, "environment", environment_variable(connection, field)};
  }
  const std::string file = config::ConnectionFiles(platform.config_dir).path(connection).string();
  const std::optional<std::string> text = read_file(file);
  if (!text) return std::nullopt;
  for (const config::TomlWord& word : config::read_toml(*text, file)) {
    if (word.key != field) continue;
    return Explained{word.value, "connection file",
                     fmt::format("{}:{}:{}", file, word.place.line, word.place.column)};
  }
  return std::nullopt;
}

std::optional<Explained> explain_setting(const Platform& platform, const std::string& option,
                                         const std::vector<std::string>& known) {
  for (const PlacedDefault& given : placed_defaults(platform, known)) {
    if (given.field.name == option) return Explained{given.field.value, "config.toml", given.place};
  }
  return std::nullopt;
}

}  // namespace itsmc::client
