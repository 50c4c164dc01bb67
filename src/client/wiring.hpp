#pragma once

#include <memory>

#include "itsmc/client/connections.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/partners/intake.hpp"
#include "itsmc/partners/partner.hpp"

namespace itsmc::client {

/// The wire of one connection: its CA, proxy and time-outs. `secrets` outlives it.
[[nodiscard]] http::Wire make_wire(const Platform& platform, const Connection& connection,
                                   config::KeptSecrets& secrets);

/// Each secret as it was given now, else from where find_secret_source finds it; only client
/// secrets are kept. The password is looked for when a credential grant needs it.
[[nodiscard]] partners::Credentials find_credentials(const Platform& platform,
                                                     const Connection& connection,
                                                     const GivenSecrets& given,
                                                     const config::KeptSecrets& secrets);

[[nodiscard]] const partners::PartnerEntry& partner_entry(const Connection& connection);

/// The options with what the connection itself adds: its profile. Throws Error(config|not_found).
[[nodiscard]] partners::PartnerOptions with_profile(partners::PartnerOptions options,
                                                    const Connection& connection);

/// A connection ready to talk. `secrets` outlives the partner.
struct OpenConnection {
  std::unique_ptr<config::KeptSecrets> secrets;
  std::unique_ptr<partners::Partner> partner;
};
[[nodiscard]] OpenConnection open_connection(const Platform& platform, const Connection& connection,
                                             const GivenSecrets& given,
                                             const partners::PartnerOptions& options);

/// The same, as the place where work items are made. Throws Error(usage) when that is not built for
/// this partner.
struct OpenIntake {
  std::unique_ptr<config::KeptSecrets> secrets;
  std::unique_ptr<partners::Intake> intake;
};
[[nodiscard]] OpenIntake open_intake(const Platform& platform, const Connection& connection,
                                     const GivenSecrets& given);

}  // namespace itsmc::client
