#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/partners/intake.hpp"
#include "itsmc/partners/partner.hpp"

namespace itsmc::partners::cherwell {

/// One Cherwell (CSM) instance: its REST interface below /CherwellAPI. The wire's references
/// outlive it. Sends nothing yet.
[[nodiscard]] std::unique_ptr<Partner> open(const Connection& connection,
                                            const Credentials& credentials, const http::Wire& wire,
                                            const PartnerOptions& options);

/// The same instance as the place where work items and configuration items are made. Sends nothing
/// yet. The wire's references outlive it.
[[nodiscard]] std::unique_ptr<Intake> open_intake(const Connection& connection,
                                                  const Credentials& credentials,
                                                  const http::Wire& wire,
                                                  const PartnerOptions& options);

/// How the instance's token endpoint is asked (cherwell reference 2).
[[nodiscard]] http::OAuthOptions sign_in(const Connection& connection,
                                         const Credentials& credentials);

/// What bodies of an instance at `base_url` mean: errorCode and errorMessage, which are final
/// whatever the status (cherwell reference 11), and pages that are not the REST interface's.
[[nodiscard]] http::Judge judge(const std::string& base_url);

/// The lifetime is set for each client id in minutes; 20 is the vendor's sample (reference 2).
inline constexpr std::chrono::minutes k_refresh_lifetime{20};

}  // namespace itsmc::partners::cherwell
