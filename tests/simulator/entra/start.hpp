// A directory as the command line describes it.
#pragma once
#include "entra/settings.hpp"
#include "options.hpp"

namespace itsmc::sim::entra {

// standard_settings() with the tenant and credentials of the options.
Settings settings_from(const Options& options, ClientKind kind);

}  // namespace itsmc::sim::entra
