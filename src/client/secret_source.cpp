#include "client/secret_source.hpp"

#include <utility>

#include "client/credential.hpp"
#include "client/environment_connections.hpp"
#include "itsmc/config/config.hpp"

namespace itsmc::client {
namespace {

using From = SecretSource::From;

SecretSource at_hand(From from, std::string place, Secret secret) {
  return {from, std::move(place), [secret = std::move(secret)] { return secret; }};
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

}  // namespace itsmc::client
