#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "partners/servicenow_examine.hpp"

namespace itsmc::partners::servicenow {

/// A small question to a table.
struct Lookup {
  std::string table, query, fields;
  int limit = 1;
};

/// The answer, or why there is none. `rows` are the fields of each row as text.
struct Finding {
  std::optional<Error> error;
  std::vector<std::vector<std::string>> rows;  // in the order of Lookup::fields
  std::optional<std::int64_t> count;           // before access rules
  std::string rate_limit;                      // the X-RateLimit-* headers, for people
};
/// Throws only Error(cancelled).
[[nodiscard]] Finding look_up(const Instance& instance, const Lookup& lookup,
                              const std::stop_token& stop);

}  // namespace itsmc::partners::servicenow
