#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "itsmc/core/table_profile.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/partners/partner.hpp"

namespace itsmc::partners::provance {

/// One Dataverse organisation, its tables as `options.profile` says. The wire's references outlive
/// it. Sends nothing yet.
[[nodiscard]] std::unique_ptr<Partner> open(const Connection& connection,
                                            const Credentials& credentials, const http::Wire& wire,
                                            const PartnerOptions& options);

/// The same organisation as the place where rows are made, in the tables that the profile maps. The
/// wire's references outlive it. Sends nothing yet.
[[nodiscard]] std::unique_ptr<Intake> open_intake(const Connection& connection,
                                                  const Credentials& credentials,
                                                  const http::Wire& wire,
                                                  const PartnerOptions& options);

/// What any part of this partner speaks to an organisation with.
[[nodiscard]] http::ClientOptions client_options(const Connection& connection,
                                                 const http::RetryPolicy& retry);

/// How Microsoft Entra is asked: the password grant of a public client (provance reference 2).
[[nodiscard]] http::OAuthOptions sign_in(const Connection& connection,
                                         const Credentials& credentials);

/// What bodies of an organisation at `base_url` mean (provance reference 6), with the three limits
/// by their names.
[[nodiscard]] http::Judge judge(const std::string& base_url);

/// A profile made from the organisation's metadata: for each type the table and the columns whose
/// names fit best, with notes on what a person must decide. Throws Error.
[[nodiscard]] ProfileDraft draft_profile(const Connection& connection,
                                         const Credentials& credentials, const http::Wire& wire,
                                         const std::stop_token& stop);

/// Microsoft's default: 90 days from their last use.
inline constexpr std::chrono::days k_refresh_lifetime{90};

}  // namespace itsmc::partners::provance
