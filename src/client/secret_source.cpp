#include "client/secret_source.hpp"

#include <utility>

#include "client/credential.hpp"
#include "client/environment_connections.hpp"
#include "itsmc/config/config.hpp"

namespace itsmc::client {
namespace {

SecretSource at_hand(std::string place, Secret secret) {
  return {std::move(place), [secret = std::move(secret)] { return secret; }};
}

}  // namespace

std::optional<SecretSource> find_secret_source(const Platform& platform,
                                               const Connection& connection, std::string_view field,
                                               const config::KeptSecrets* kept) {
  const std::string& name = connection.name;
  if (auto own = environment_field(platform, name, field)) {
    return at_hand("environment", Secret(std::move(*own)));
  }
  if (auto credential = find_credential(platform, name, field)) {
    return at_hand(std::move(credential->place), std::move(credential->secret));
  }
  if (kept != nullptr) {
    if (auto secret = kept->client_secret(name)) {
      return at_hand(kept->where(name, config::SecretKind::client_secret), std::move(*secret));
    }
  }
  const std::string& command =
      field == "password" ? connection.password_command : connection.client_secret_command;
  if (!command.empty()) {
    return SecretSource{"command", [command] { return config::run_secret_command(command); }};
  }
  if (auto secret = secret_of_environment(platform, name, field)) {
    return at_hand("environment", std::move(*secret));
  }
  return std::nullopt;
}

}  // namespace itsmc::client
