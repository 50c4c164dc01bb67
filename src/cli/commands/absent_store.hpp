#pragma once

#include "cli/session.hpp"

namespace itsmc::cli {

/// Where there is no store, every list is empty: says which file was looked for. True: said.
bool note_absent_store(Session& session);

}  // namespace itsmc::cli
