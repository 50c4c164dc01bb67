#pragma once

#include <string>

#include "http/curl_session.hpp"

namespace itsmc::http {

/// Why a transfer that ended with `outcome` brought no complete answer. Call before the session's
/// next request.
[[nodiscard]] Failure explain(const CurlSession& session, const CurlOutcome& outcome,
                              const std::string& url);

}  // namespace itsmc::http
