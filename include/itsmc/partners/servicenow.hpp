#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "itsmc/core/time.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/partners/intake.hpp"
#include "itsmc/partners/partner.hpp"

namespace itsmc::partners::servicenow {

/// One ServiceNow instance. The wire's references outlive it. Sends nothing yet.
[[nodiscard]] std::unique_ptr<Partner> open(const Connection& connection,
                                            const Credentials& credentials, const http::Wire& wire,
                                            const PartnerOptions& options);

/// The same instance as the place where work items are made: incidents by the Table API, changes by
/// the Change Management API, events and alerts by Event Management, configuration items by its
/// identification and reconciliation engine. The wire's references outlive it. Sends nothing yet.
[[nodiscard]] std::unique_ptr<Intake> open_intake(const Connection& connection,
                                                  const Credentials& credentials,
                                                  const http::Wire& wire,
                                                  const PartnerOptions& options);

/// How the instance's token endpoint is asked (servicenow reference 1.1).
[[nodiscard]] http::OAuthOptions sign_in(const Connection& connection,
                                         const Credentials& credentials);

/// What bodies of an instance at `base_url` mean: the envelope's words, and pages that are not the
/// Table API's: a sleeping instance, a sign-on page, maintenance (servicenow reference 2.5, 10).
[[nodiscard]] http::Judge judge(const std::string& base_url);

/// Refresh tokens live 100 days unless the client says otherwise (servicenow reference 1.1).
inline constexpr std::chrono::days k_refresh_lifetime{100};

/// Refresh tokens live for 100 days unless the client says otherwise, and using them does not
/// prolong that. Words for people from day 80 on, or when it must be dead; absent before.
[[nodiscard]] std::optional<std::string> refresh_token_warning(Timestamp issued, Timestamp now);

/// A release family, told from a build tag "glide-australia-02-11-2026__patch1-03-01-2026".
struct Release {
  std::string family;  // "Australia"; empty: not recognised
  std::string tag;     // as it came
  enum class Age { unknown, unsupported, supported } age = Age::unknown;
};
[[nodiscard]] Release parse_build_tag(std::string_view tag);
/// True when `a` is an older family than `b` ("Yokohama" is older than "Australia").
[[nodiscard]] bool is_older_family(std::string_view a, std::string_view b) noexcept;

}  // namespace itsmc::partners::servicenow
