#pragma once

#include <string>
#include <vector>

#include "cli/commands/typed_command.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"

namespace itsmc::cli {

/// A secret that a sign-in needs and nobody has; and a client secret that is kept, where the last
/// sign-in was refused: it may be the stale one, so that whoever is asked may give another.
struct Wanted {
  bool password = false, client_secret = false, doubted_client_secret = false;
  [[nodiscard]] bool any() const noexcept { return password || client_secret; }
};
[[nodiscard]] Wanted wanted_secrets(const Session& session, const Connection& connection,
                                    const client::GivenSecrets& secrets);

/// On a terminal: asks for them, unseen.
void ask_for_secrets(Session& session, Wanted wanted, client::GivenSecrets& secrets);

/// Elsewhere: each with the ways to give it.
[[nodiscard]] std::vector<FieldProblem> problems_of(Wanted wanted);
/// What was typed, with --<secret>-file FILE for each of them: it is right off a terminal too.
[[nodiscard]] std::string line_with_files(TypedCommand typed,
                                          const std::vector<FieldProblem>& secrets);

}  // namespace itsmc::cli
