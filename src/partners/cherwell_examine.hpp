#pragma once

#include <stop_token>
#include <vector>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/http/auth.hpp"
#include "partners/cherwell_api.hpp"
#include "partners/cherwell_blueprint.hpp"
#include "partners/cherwell_pages.hpp"

namespace itsmc::partners::cherwell {

/// What an examination asks. The references outlive it.
struct Instance {
  const Connection& connection;
  const http::Wire& wire;
  const Api& api;
  Views& views;
  PageReader& pages;
};

/// The lines of `connection test` behind the door, in their order. Throws only Error(cancelled).
[[nodiscard]] std::vector<Check> examine(const Instance& instance, const std::stop_token& stop);

}  // namespace itsmc::partners::cherwell
