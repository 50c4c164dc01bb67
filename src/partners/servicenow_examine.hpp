#pragma once

#include <stop_token>
#include <vector>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::partners::servicenow {

/// What is examined. Outlives the call.
struct Instance {
  const Connection& connection;
  http::Client& client;
  const http::Wire& wire;
};

/// See Partner::examine.
[[nodiscard]] std::vector<Check> examine(const Instance& instance, const std::stop_token& stop);

/// The failure by its name, when the instance shows a sleeping or sign-on page: the token endpoint
/// answers with the same page as every other path, but cannot tell what it is. Else `error`.
[[nodiscard]] Error named_failure(const Instance& instance, const Error& error,
                                  const std::stop_token& stop);

}  // namespace itsmc::partners::servicenow
