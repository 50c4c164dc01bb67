#pragma once

#include <vector>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/time.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::client {

/// Whether the store holds rows under the connection's name: an edit of its url has to say what
/// becomes of them.
enum class StoredRows { none, some };

/// The lines dns, tcp, tls and clock of `connection test`, out of one look at the door. Pure.
[[nodiscard]] std::vector<Check> judge_door(const Connection& connection,
                                            const http::Inspection& seen, Timestamp now,
                                            StoredRows rows);

/// True when a line of the door failed: nothing behind it can be asked.
[[nodiscard]] bool is_shut(const std::vector<Check>& door);

}  // namespace itsmc::client
