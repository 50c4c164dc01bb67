#pragma once

#include <optional>
#include <string>

#include "cli/options.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"

namespace itsmc::cli {

/// What `connection add` and `connection edit` were told of rows that are in the store already.
struct RowOptions {
  bool keep = false, purge = false, yes = false;
};

/// What a purge removes: "24,816 rows, positions and run history, notes of 3 work items made
/// there".
[[nodiscard]] std::string words_of(const store::Purged& stored);

/// --keep-rows, --purge, --yes: no defaults of config.toml, since they change what is kept.
void add_row_options(OptionSet& options, RowOptions& chosen);

/// What becomes of the rows that the store holds under the connection's name, of which `other` are
/// another instance's; absent: there are none of those. Asks on a terminal. Throws Error(usage)
/// where --purge lacks its yes, or the answer was no.
[[nodiscard]] std::optional<client::Rows> settle_rows(
    Session& session, const RowOptions& chosen, const Connection& connection,
    const std::optional<client::OtherRows>& other);

/// Asks once, or refuses: `doing` ("removing \"prod\"") needs --yes where nobody can be asked, and
/// then `command` is the hint. False: the answer was no, which ends with 2 (as gh does).
[[nodiscard]] bool has_yes(Session& session, const std::string& question, const std::string& doing,
                           const std::string& command);

/// The same before `what` ("\"prod\" and its secrets") is removed; a no is told of.
[[nodiscard]] bool may_remove(Session& session, const std::string& what,
                              const std::string& command);

}  // namespace itsmc::cli
