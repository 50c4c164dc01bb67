#include "itsmc/client/explain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "client/environment_connections.hpp"
#include "config/own_file.hpp"
#include "config/toml_words.hpp"
#include "core/connection_values.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/settings.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {

std::optional<Explained> explain_field(const Platform& platform, const std::string& connection,
                                       const std::string& field) {
  const std::vector<std::string> names = connection_names(platform);
  if (std::find(names.begin(), names.end(), connection) == names.end()) {
    static_cast<void>(load_connection(platform, connection));  // says which names there are
  }
  if (const auto value = environment_field(platform, connection, field)) {
    return Explained{*value, "environment", environment_variable(connection, field),
                     problem_of_field(field, *value)};
  }
  if (const auto value = field_for_all(platform, field)) {
    return Explained{*value, "environment", environment_name(field),
                     problem_of_field(field, *value)};
  }
  const std::string file = config::ConnectionFiles(platform.config_dir).path(connection).string();
  const std::optional<std::string> text = config::read_own_file(file);
  if (!text) return std::nullopt;
  for (const config::TomlWord& word : config::read_toml(*text, file)) {
    if (word.key != field) continue;
    return Explained{word.value, "connection file",
                     fmt::format("{}:{}:{}", file, word.place.line, word.place.column),
                     word.problem.empty() ? problem_of_field(field, word.value) : word.problem};
  }
  return std::nullopt;
}

std::optional<Explained> explain_setting(const Platform& platform, const std::string& option,
                                         const KnownSettings& known) {
  const auto rule = [&](const FieldText& field) { return problem_of_value(known, field); };
  for (const config::Setting& given :
       config::look_at_settings(platform.config_dir, known.names, rule)) {
    if (given.field.name != option) continue;
    return Explained{given.field.value, "config.toml", given.place, given.problem};
  }
  return std::nullopt;
}

std::string problem_of_field(const std::string& field, const std::string& value) {
  const ConnectionField* const known = find_connection_field(field);
  const bool alone =
      is_for_all_connections(field) || (known != nullptr && known->form == FieldForm::truth);
  if (!alone) return {};  // the partner decides what is right
  Connection unused;
  return set_field(unused, field, value);
}

}  // namespace itsmc::client
