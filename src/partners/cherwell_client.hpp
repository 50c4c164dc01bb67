#pragma once

#include "itsmc/core/connection.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/partners/partner.hpp"

namespace itsmc::partners::cherwell {

/// How any part of this partner speaks to the connection's instance.
[[nodiscard]] http::ClientOptions client_options(const Connection& connection,
                                                 const PartnerOptions& options);

}  // namespace itsmc::partners::cherwell
