#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "itsmc/core/check.hpp"

namespace itsmc::cli {

/// What the check list of one connection, or workspace, found.
struct CheckedOne {
  std::string connection;
  std::vector<Check> checks;
  std::string noun = "connection";  // what it is: the JSON's first key
};

[[nodiscard]] std::string_view to_string(CheckStatus status) noexcept;
/// The worst: failed, warning, ok; skipped counts as ok.
[[nodiscard]] CheckStatus worst(const std::vector<Check>& checks) noexcept;

/// "prod: failed" and a line a check, with cause and next step below what is not ok. Pure.
[[nodiscard]] std::string checks_text(const CheckedOne& checked, Colour colour);
/// {NOUN, "status", "checks": [...]}, more members of the caller's before the end.
[[nodiscard]] std::string checks_json(const CheckedOne& checked, std::string_view more = {});

/// The check lists on stdout, in the format asked for.
void print_checks(Session& session, const std::vector<CheckedOne>& all);
/// As answers_fields_help: the fields of a check, or the schema of the check lists.
[[nodiscard]] bool answers_checks_help(Session& session, const std::string& noun);
[[nodiscard]] std::vector<Column> check_columns(const std::string& noun = "connection");

}  // namespace itsmc::cli
