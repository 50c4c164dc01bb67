#include "client/environment_connections.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/connection_values.hpp"

namespace itsmc::client {
namespace {

constexpr std::string_view k_prefix = "ITSMC_CONNECTION_";

/// The key that the name ends in, the longest that leaves a connection before it: one key may be
/// the end of another.
const ConnectionField* key_of(std::string_view rest) {
  const ConnectionField* longest = nullptr;
  for (const ConnectionField& field : connection_fields()) {
    const std::string ending = "_" + environment_word(field.name);
    if (rest.size() <= ending.size() || !rest.ends_with(ending)) continue;
    if (longest == nullptr || longest->name.size() < field.name.size()) longest = &field;
  }
  return longest;
}

EnvironmentConnection& entry_of(std::vector<EnvironmentConnection>& all, std::string_view word) {
  const auto found =
      std::find_if(all.begin(), all.end(),
                   [word](const EnvironmentConnection& entry) { return entry.word == word; });
  if (found != all.end()) return *found;
  all.push_back({.word = std::string(word), .fields = {}, .has_secret = false});
  return all.back();
}

}  // namespace

std::string environment_variable(std::string_view connection, std::string_view field) {
  return fmt::format("{}{}_{}", k_prefix, environment_word(connection), environment_word(field));
}

std::optional<std::string> environment_field(const Platform& platform, std::string_view connection,
                                             std::string_view field) {
  std::optional<std::string> value = platform.getenv(environment_variable(connection, field));
  return value && !value->empty() ? value : std::nullopt;
}

std::optional<Secret> secret_of_environment(const Platform& platform, std::string_view connection,
                                            std::string_view field) {
  if (const auto own = environment_field(platform, connection, field)) return Secret(*own);
  return secret_for_all(platform, field);
}

std::optional<Secret> secret_for_all(const Platform& platform, std::string_view field) {
  const auto shared = platform.getenv(environment_name(field));
  return shared && !shared->empty() ? std::optional(Secret(*shared)) : std::nullopt;
}

std::optional<std::string> field_for_all(const Platform& platform, std::string_view field) {
  if (!is_for_all_connections(field)) return std::nullopt;
  std::optional<std::string> value = platform.getenv(environment_name(field));
  return value && !value->empty() ? value : std::nullopt;
}

EnvironmentConnections environment_connections(const Platform& platform) {
  EnvironmentConnections found;
  if (!platform.environment_names) return found;
  std::vector<std::string> names = platform.environment_names();
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (!name.starts_with(k_prefix)) continue;
    const std::optional<std::string> value = platform.getenv(name);
    if (!value || value->empty()) continue;
    const std::string_view rest = std::string_view(name).substr(k_prefix.size());
    const ConnectionField* const field = key_of(rest);
    if (field == nullptr) {
      found.unknown.push_back(name);
      continue;
    }
    EnvironmentConnection& entry =
        entry_of(found.connections, rest.substr(0, rest.size() - field->name.size() - 1));
    if (field->secret) {
      entry.has_secret = true;
    } else {
      entry.fields.push_back({std::string(field->name), *value});
    }
  }
  return found;
}

}  // namespace itsmc::client
