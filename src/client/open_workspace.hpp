#pragma once

#include <memory>
#include <string>

#include "client/workspace_access.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/sinks/sink.hpp"

namespace itsmc::client {

/// A workspace by its name, ready to take rows. Throws Error: not_found when none is called so,
/// invalid when it is not set up yet, usage and auth as WorkspaceAccess.
[[nodiscard]] std::unique_ptr<sinks::Sink> open_workspace(const Platform& platform,
                                                          const std::string& name);

/// The same of one that may not be saved yet.
[[nodiscard]] std::unique_ptr<sinks::Sink> open_workspace(std::unique_ptr<WorkspaceAccess> access);

}  // namespace itsmc::client
