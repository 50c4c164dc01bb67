#include <algorithm>

#include <fmt/format.h>

#include "client/connection_parts.hpp"
#include "client/environment_connections.hpp"
#include "core/shell_words.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::client {
namespace {

/// What the environment says of one connection; no fields: nothing.
EnvironmentConnection of_environment(const Platform& platform, const std::string& name) {
  const std::string word = environment_word(name);
  for (EnvironmentConnection& entry : environment_connections(platform).connections) {
    if (entry.word == word) return std::move(entry);
  }
  return {};
}

/// What ITSMC_<FIELD> says of all connections, where the connection's own variable says nothing.
void add_fields_for_all(const Platform& platform, std::vector<FieldText>& fields) {
  for (const ConnectionField& field : connection_fields()) {
    const auto value = field_for_all(platform, field.name);
    if (!value || find_field(fields, field.name) != nullptr) continue;
    fields.push_back({std::string(field.name), *value});
  }
}

/// Variables that name the connection come before those of all.
std::string variable_of(const Platform& platform, const std::string& name,
                        const std::string& field) {
  const bool of_all = !environment_field(platform, name, field) && field_for_all(platform, field);
  return of_all ? environment_name(field) : environment_variable(name, field);
}

/// "add --self-hosted" is for a command line: where variables make the connection it is "set
/// ITSMC_CONNECTION_PROD_SELF_HOSTED=true".
std::string for_variables(const std::string& name, std::string reason) {
  constexpr std::string_view k_option = "add --self-hosted";
  const std::size_t at = reason.find(k_option);
  if (at == std::string::npos) return reason;
  return reason.replace(at, k_option.size(),
                        fmt::format("set {}=true", environment_variable(name, "self-hosted")));
}

/// Variables win, key by key.
Connection overlaid(const Platform& platform, const std::string& name,
                    std::vector<FieldText> fields, const std::vector<FieldText>& variables) {
  for (const FieldText& given : variables) {
    std::erase_if(fields, [&](const FieldText& field) { return field.name == given.name; });
    fields.push_back(given);
  }
  CheckedConnection checked =
      check_connection(name, fields, SecretsGiven::none, SecretRule::ignore);
  if (checked.problems.empty()) return std::move(checked.connection);
  std::vector<std::string> problems;
  std::string hint = "set or unset these variables";
  for (const FieldProblem& problem : checked.problems) {
    const std::string reason = for_variables(name, problem.reason);
    if (reason != problem.reason) {
      hint += fmt::format(", or set {}=true", environment_variable(name, "self-hosted"));
    }
    problems.push_back(fmt::format("{}: {}", variable_of(platform, name, problem.field), reason));
  }
  throw Error(ErrorKind::config, fmt::format("{}: {}", name, join(problems, "\n")), hint);
}

Error no_such_connection(const std::string& name, const std::vector<std::string>& names) {
  const std::string near = nearest(name, names);
  return {ErrorKind::not_found, fmt::format("no connection is called \"{}\"", name),
          !near.empty() ? fmt::format("did you mean \"{}\"? see: itsmc connection list", near)
          : names.empty()
              ? fmt::format("there is none yet: itsmc connection add {}", shell_quoted(name))
              : std::string("itsmc connection list")};
}

/// "ITSMC_CONNECTION_PROD_URLL": the end that is nearest to a key.
std::string nearest_key(std::string_view variable) {
  std::vector<std::string> keys;
  for (const ConnectionField& field : connection_fields()) {
    keys.push_back(environment_word(field.name));
  }
  for (std::size_t at = variable.find('_'); at != std::string_view::npos;
       at = variable.find('_', at + 1)) {
    std::string near = nearest(variable.substr(at + 1), keys);
    if (!near.empty()) return near;
  }
  return {};
}

Error unknown_variable(const std::string& variable) {
  const std::string near =
      nearest_key(std::string_view(variable).substr(std::string_view("ITSMC_CONNECTION").size()));
  return {ErrorKind::config,
          fmt::format("{}: ends in no key of a connection{}", variable,
                      near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)),
          "itsmc connection add --help lists the keys"};
}

void warn(const Platform& platform, const Error& stray) {
  platform.log(LogLevel::warning, fmt::format("{}: {}", stray.text(), stray.hint()));
}

/// A key with a slip in it would be ignored in silence.
void warn_of_unread(const Platform& platform, const std::string& name) {
  const std::string own = environment_variable(name, "");
  for (const std::string& variable : environment_connections(platform).unknown) {
    if (variable.starts_with(own)) warn(platform, unknown_variable(variable));
  }
}

}  // namespace

config::ConnectionFiles files_of(const Platform& platform) {
  return config::ConnectionFiles(platform.config_dir);
}

std::vector<std::string> connection_names(const Platform& platform) {
  std::vector<std::string> names = files_of(platform).names();
  std::vector<std::string> words;
  words.reserve(names.size());
  for (const std::string& name : names) words.push_back(environment_word(name));
  for (const EnvironmentConnection& entry : environment_connections(platform).connections) {
    const bool is_file = std::find(words.begin(), words.end(), entry.word) != words.end();
    if (!is_file && !entry.fields.empty()) names.push_back(to_lower(entry.word));
  }
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

/// `defaults`: what config.toml says of all connections.
Connection load_one(const Platform& platform, const std::string& name,
                    const std::vector<FieldText>& defaults) {
  const std::optional<Connection> file = files_of(platform).load(name, defaults);
  std::vector<FieldText> variables = of_environment(platform, name).fields;
  add_fields_for_all(platform, variables);
  warn_of_unread(platform, name);
  if (file && variables.empty()) return *file;
  const std::vector<std::string> names = connection_names(platform);
  if (!file && std::find(names.begin(), names.end(), name) == names.end()) {
    throw no_such_connection(name, names);
  }
  return overlaid(platform, name, file ? to_fields(*file) : defaults, variables);
}

}  // namespace

Connection load_connection(const Platform& platform, const std::string& name) {
  return load_one(platform, name, config::fields_of_all(platform.config_dir));
}

EveryConnection load_every_connection(const Platform& platform) {
  EveryConnection every;
  const config::ConnectionFiles files = files_of(platform);
  const std::vector<FieldText> defaults = config::fields_of_all(platform.config_dir);
  for (const std::string& name : connection_names(platform)) {
    try {
      every.ready.push_back(load_one(platform, name, defaults));
    } catch (Error& error) {
      if (error.hint().empty()) {
        error.with_hint(fmt::format("edit or remove {}", files.path(name).string()));
      }
      every.unreadable.push_back(error);
    }
  }
  for (const Error& stray : stray_connections(platform)) {
    warn(platform, stray);
  }
  return every;
}

std::vector<Error> stray_connections(const Platform& platform) {
  std::vector<Error> strays;
  for (const std::filesystem::path& file : files_of(platform).misnamed()) {
    strays.emplace_back(ErrorKind::config, fmt::format("\"{}\" is no connection", file.string()),
                        "rename it to letters, digits, _ and -");
  }
  for (const std::string& variable : environment_connections(platform).unknown) {
    strays.push_back(unknown_variable(variable));
  }
  return strays;
}

EveryConnection load_connections(const Platform& platform, const std::vector<std::string>& names) {
  if (names.empty()) return load_every_connection(platform);
  EveryConnection every;
  for (const std::string& name : names) {
    const bool twice = std::any_of(every.ready.begin(), every.ready.end(),
                                   [&](const Connection& c) { return c.name == name; });
    if (!twice) every.ready.push_back(load_connection(platform, name));
  }
  return every;
}

}  // namespace itsmc::client
