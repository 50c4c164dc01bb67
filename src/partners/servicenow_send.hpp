#pragma once

#include <stop_token>
#include <string>

#include "itsmc/partners/intake.hpp"
#include "partners/servicenow_records.hpp"

namespace itsmc::partners::servicenow {

/// Sends a planned write. Throws Error as Client::exchange does, protocol also for an answer that
/// is no JSON or that carries an error.
[[nodiscard]] nlohmann::json send_write(http::Client& client, const PlannedRequest& planned,
                                        http::Replay replay, const std::stop_token& stop);

/// True for the failure of a path or table that this instance does not have (reference 2.5).
[[nodiscard]] bool is_missing(const Error& error);

/// The same failure, with what is missing where `error` is one of a missing path or table.
[[nodiscard]] Error explained(const Error& error, const std::string& missing,
                              const std::string& hint);

}  // namespace itsmc::partners::servicenow
