#pragma once

#include <string>

#include "itsmc/http/transport.hpp"

namespace itsmc::http {

// What --debug shows of an exchange: only what an allow-list names. Bodies and the request's
// headers are on none. Pure.

/// "GET acme.service-now.com/api/x?sysparm_limit=1&key=***": a parameter that is not known to be
/// harmless is shown without its value.
[[nodiscard]] std::string logged_request(const Request& request);

/// "200, 26 bytes, content-type: application/json"; of the headers those that explain an answer.
[[nodiscard]] std::string logged_response(const Response& response);

}  // namespace itsmc::http
