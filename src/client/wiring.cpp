#include "client/wiring.hpp"

#include <fmt/format.h>

#include "client/credential.hpp"
#include "client/environment_connections.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/config/profile.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

Secret find_client_secret(const Platform& platform, const Connection& connection,
                          const GivenSecrets& given, const config::KeptSecrets& secrets) {
  if (given.client_secret) return *given.client_secret;
  if (const auto own = environment_field(platform, connection.name, "client-secret")) {
    return Secret(*own);
  }
  if (auto credential = find_credential(platform, connection.name, "client-secret")) {
    return std::move(credential->secret);
  }
  if (std::optional<Secret> kept = secrets.client_secret(connection.name)) return *kept;
  if (!connection.client_secret_command.empty()) {
    return config::run_secret_command(connection.client_secret_command);
  }
  return secret_of_environment(platform, connection.name, "client-secret").value_or(Secret());
}

}  // namespace

http::Wire make_wire(const Platform& platform, const Connection& connection,
                     config::KeptSecrets& secrets) {
  http::TransportOptions options;
  options.ca_file = connection.ca_file;
  options.proxy = connection.proxy;
  options.total_timeout = connection.timeout;
  return {.new_transport = [&platform, options] { return platform.new_transport(options); },
          .clock = platform.clock,
          .tokens = secrets,
          .log = platform.log,
          .jitter = platform.jitter};
}

partners::Credentials find_credentials(const Platform& platform, const Connection& connection,
                                       const GivenSecrets& given,
                                       const config::KeptSecrets& secrets) {
  partners::Credentials credentials;
  credentials.client_secret = find_client_secret(platform, connection, given, secrets);
  credentials.password = [&platform, name = connection.name, command = connection.password_command,
                          password = given.password]() -> std::optional<Secret> {
    if (password) return password;
    if (const auto own = environment_field(platform, name, "password")) return Secret(*own);
    if (auto credential = find_credential(platform, name, "password")) {
      return std::move(credential->secret);
    }
    if (!command.empty()) return config::run_secret_command(command);
    return secret_of_environment(platform, name, "password");
  };
  return credentials;
}

const partners::PartnerEntry& partner_entry(const Connection& connection) {
  return *partners::find_partner(connection.partner);  // there is a row for each PartnerKind
}

partners::PartnerOptions with_profile(partners::PartnerOptions options,
                                      const Connection& connection) {
  if (connection.partner == PartnerKind::provance) {
    options.profile = config::load_profile(connection.profile);
  }
  return options;
}

OpenConnection open_connection(const Platform& platform, const Connection& connection,
                               const GivenSecrets& given, const partners::PartnerOptions& options) {
  const partners::PartnerEntry& entry = partner_entry(connection);
  auto secrets = std::make_unique<config::KeptSecrets>(platform.state_dir, platform.clock,
                                                       connection.secret_store);
  const partners::Credentials credentials = find_credentials(platform, connection, given, *secrets);
  const http::Wire wire = make_wire(platform, connection, *secrets);
  auto partner = entry.open(connection, credentials, wire, with_profile(options, connection));
  return {std::move(secrets), std::move(partner)};
}

OpenIntake open_intake(const Platform& platform, const Connection& connection,
                       const GivenSecrets& given) {
  const partners::PartnerEntry& entry = partner_entry(connection);
  if (entry.open_intake == nullptr) {
    throw Error(ErrorKind::usage,
                fmt::format("making work items in {} is not built yet", title(connection.partner)));
  }
  auto secrets = std::make_unique<config::KeptSecrets>(platform.state_dir, platform.clock,
                                                       connection.secret_store);
  const partners::Credentials credentials = find_credentials(platform, connection, given, *secrets);
  const http::Wire wire = make_wire(platform, connection, *secrets);
  auto intake = entry.open_intake(connection, credentials, wire, with_profile({}, connection));
  return {std::move(secrets), std::move(intake)};
}

}  // namespace itsmc::client
