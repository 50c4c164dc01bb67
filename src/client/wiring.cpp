#include "client/wiring.hpp"

#include <fmt/format.h>

#include "client/secret_source.hpp"
#include "itsmc/config/profile.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

std::optional<Secret> taken(const std::optional<SecretSource>& source) {
  return source ? std::optional(source->take()) : std::nullopt;
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
  credentials.client_secret =
      given.client_secret
          ? *given.client_secret
          : taken(find_secret_source(platform, connection, "client-secret", &secrets))
                .value_or(Secret());
  if (credentials.client_secret.empty()) {
    credentials.client_secret_hint = client_secret_hint(platform, connection);
  }
  credentials.password = [&platform, connection,
                          password = given.password]() -> std::optional<Secret> {
    if (password) return password;
    return taken(find_secret_source(platform, connection, "password", nullptr));
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

namespace {

/// What a partner is opened with. The wire refers to the secrets.
struct Opening {
  std::unique_ptr<config::KeptSecrets> secrets;
  partners::Credentials credentials;
  http::Wire wire;
};

Opening opening_of(const Platform& platform, const Connection& connection,
                   const GivenSecrets& given) {
  auto secrets = std::make_unique<config::KeptSecrets>(platform.state_dir, platform.clock,
                                                       connection.secret_store);
  partners::Credentials credentials = find_credentials(platform, connection, given, *secrets);
  http::Wire wire = make_wire(platform, connection, *secrets);
  wire.refused = given.refused;
  return {std::move(secrets), std::move(credentials), std::move(wire)};
}

}  // namespace

OpenConnection open_connection(const Platform& platform, const Connection& connection,
                               const GivenSecrets& given, const partners::PartnerOptions& options) {
  const partners::PartnerEntry& entry = partner_entry(connection);
  Opening opening = opening_of(platform, connection, given);
  auto partner =
      entry.open(connection, opening.credentials, opening.wire, with_profile(options, connection));
  return {std::move(opening.secrets), std::move(partner)};
}

OpenIntake open_intake(const Platform& platform, const Connection& connection,
                       const GivenSecrets& given) {
  const partners::PartnerEntry& entry = partner_entry(connection);
  if (entry.open_intake == nullptr) {
    throw Error(ErrorKind::usage,
                fmt::format("making work items in {} is not built yet", title(connection.partner)));
  }
  Opening opening = opening_of(platform, connection, given);
  auto intake = entry.open_intake(connection, opening.credentials, opening.wire,
                                  with_profile({}, connection));
  return {std::move(opening.secrets), std::move(intake)};
}

}  // namespace itsmc::client
