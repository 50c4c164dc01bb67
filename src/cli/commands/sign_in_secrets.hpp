#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"

namespace itsmc::cli {

/// A secret that a sign-in needs and nobody has.
struct Wanted {
  bool password = false, client_secret = false;
  [[nodiscard]] bool any() const noexcept { return password || client_secret; }
};
[[nodiscard]] Wanted wanted_secrets(const Session& session, const Connection& connection,
                                    const client::GivenSecrets& secrets);

/// On a terminal: asks for them, unseen.
void ask_for_secrets(Session& session, Wanted wanted, client::GivenSecrets& secrets);

/// Elsewhere: each with the ways to give it.
[[nodiscard]] std::vector<FieldProblem> problems_of(Wanted wanted);

}  // namespace itsmc::cli
