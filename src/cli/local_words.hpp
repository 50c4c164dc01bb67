#pragma once

#include "cli/completion.hpp"
#include "itsmc/client/platform.hpp"

namespace itsmc::cli {

/// What the files and the store of this machine say, for completion. Asks no instance, writes
/// nothing; what cannot be read is as if it were not there. The platform outlives it.
[[nodiscard]] LocalWords local_words(const client::Platform& platform);

}  // namespace itsmc::cli
