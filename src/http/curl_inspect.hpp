#pragma once

#include <stop_token>
#include <string>

#include "itsmc/http/transport.hpp"

namespace itsmc::http {

/// What Transport::inspect promises, on connections of its own that no request ever uses.
[[nodiscard]] Inspection inspect_with_curl(const TransportOptions& options, const std::string& url,
                                           const std::stop_token& stop);

/// "Nov 22 18:50:09 2027 GMT", as OpenSSL prints a certificate's dates. Absent when unreadable.
[[nodiscard]] std::optional<Timestamp> parse_certificate_date(std::string_view text);

}  // namespace itsmc::http
