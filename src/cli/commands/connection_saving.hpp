#pragma once

#include <string>
#include <vector>

#include "cli/commands/typed_command.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"

namespace itsmc::cli {

// What `connection add` and `connection edit` have in common once the fields are known.

[[nodiscard]] client::Verify verify_of(bool no_verify);

/// The check list, where it is not all well. Throws the Error of the first failed check when
/// nothing was saved; `typed` is the command that goes on from there. Null: the hints of the checks
/// do, for the connection is there.
void report(Session& session, const std::string& name, const client::Added& added,
            const TypedCommand* typed);

void say_purged(Session& session, const client::Added& added);

/// Says what of the url that was given is left away: product.md section 3.
void note_dropped_path(Session& session, const std::vector<FieldText>& fields,
                       const Connection& connection);

}  // namespace itsmc::cli
