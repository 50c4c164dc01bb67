#include "client/secret_source.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "client/connection_parts.hpp"
#include "client/credential.hpp"
#include "client/environment_connections.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

using From = SecretSource::From;

SecretSource at_hand(From from, std::string place, Secret secret) {
  return {from, std::move(place), [secret = std::move(secret)] { return secret; }};
}

/// A login would ask for the password: neither a command nor a variable gives it.
bool asks_for_password(const Platform& platform, const Connection& connection) {
  const bool of_user =
      find_connection_field("password")->need(connection.partner) == Need::required &&
      connection.grant == Grant::password;
  if (!of_user) return false;
  try {
    return !find_secret_source(platform, connection, "password", nullptr);
  } catch (const Error&) {
    return false;  // there is one: that it cannot be read is told where it is taken
  }
}

bool is_of_variables_alone(const Platform& platform, const std::string& name) {
  std::error_code unknown;
  if (std::filesystem::exists(files_of(platform).path(name), unknown) || unknown) return false;
  const std::vector<EnvironmentConnection> all = environment_connections(platform).connections;
  return std::any_of(all.begin(), all.end(),
                     [word = environment_word(name)](const EnvironmentConnection& entry) {
                       return entry.word == word && !entry.fields.empty();
                     });
}

}  // namespace

std::optional<SecretSource> find_secret_source(const Platform& platform, const SecretOwner& owner,
                                               std::string_view field) {
  const std::string key(owner.key);
  if (auto credential = find_credential(platform, key, field)) {
    return at_hand(From::credential, std::move(credential->place), std::move(credential->secret));
  }
  if (owner.kept != nullptr) {
    if (auto secret = owner.kept->client_secret(key)) {
      return at_hand(From::kept, owner.kept->where(key, config::SecretKind::client_secret),
                     std::move(*secret));
    }
  }
  if (!owner.command.empty()) {
    return SecretSource{From::command, "command",
                        [command = owner.command] { return config::run_secret_command(command); }};
  }
  if (auto secret = secret_for_all(platform, field)) {
    return at_hand(From::shared_variable, "environment", std::move(*secret));
  }
  return std::nullopt;
}

std::optional<SecretSource> find_secret_source(const Platform& platform,
                                               const Connection& connection, std::string_view field,
                                               const config::KeptSecrets* kept) {
  if (auto own = environment_field(platform, connection.name, field)) {
    return at_hand(From::own_variable, "environment", Secret(std::move(*own)));
  }
  const std::string& command =
      field == "password" ? connection.password_command : connection.client_secret_command;
  return find_secret_source(platform, SecretOwner{connection.name, command, kept}, field);
}

std::string client_secret_hint(const Platform& platform, const Connection& connection) {
  const std::string& name = connection.name;
  const bool asks = asks_for_password(platform, connection);
  std::string login = fmt::format("itsmc connection login {} --client-secret-file FILE{}", name,
                                  asks ? " --password-file FILE" : "");
  if (!is_of_variables_alone(platform, name)) return login;
  const std::string secret = environment_variable(name, "client-secret");
  if (!asks) return fmt::format("set {}, or keep it: {}", secret, login);
  return fmt::format("set {} and {}, or keep them: {}", secret,
                     environment_variable(name, "password"), login);
}

}  // namespace itsmc::client
