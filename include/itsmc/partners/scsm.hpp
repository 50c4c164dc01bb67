#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/partners/partner.hpp"

namespace itsmc::partners::scsm {

/// One web app that serves the contract itsmc-scsm/1 over System Center Service Manager (scsm
/// reference 5). Microsoft's own web app is not one. The wire's references outlive it. Sends
/// nothing yet.
[[nodiscard]] std::unique_ptr<Partner> open(const Connection& connection,
                                            const Credentials& credentials, const http::Wire& wire,
                                            const PartnerOptions& options);

/// The same web app as the place where incidents and computers are made. It must serve the
/// contract's features (docs/scsm.md). The wire's references outlive it. Sends nothing yet.
[[nodiscard]] std::unique_ptr<Intake> open_intake(const Connection& connection,
                                                  const Credentials& credentials,
                                                  const http::Wire& wire,
                                                  const PartnerOptions& options);

/// How Microsoft Entra is asked: v1, client credentials, for the connection's audience to the
/// letter (scsm reference 3).
[[nodiscard]] http::OAuthOptions sign_in(const Connection& connection,
                                         const Credentials& credentials);

/// What bodies of the web app at `base_url` mean: the contract's errors, ASP.NET's, and the pages
/// of Azure App Service: starting, stopped, in front of a broken app (scsm reference 2, 5, 6).
[[nodiscard]] http::Judge judge(const std::string& base_url);

/// Client credentials give no refresh token (scsm reference 3).
inline constexpr std::chrono::seconds k_refresh_lifetime{0};

}  // namespace itsmc::partners::scsm
