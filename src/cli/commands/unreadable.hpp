#pragma once

#include <vector>

#include "cli/session.hpp"

namespace itsmc::cli {

/// Tells each file that could not be used, after the rows of those that could. The exit code: 0
/// where there is none, else "partly done", or that of the first where nothing good is left.
[[nodiscard]] int tell_unreadable(Session& session, const std::vector<Error>& unreadable,
                                  std::size_t good);

}  // namespace itsmc::cli
