#include "cli/commands/absent_store.hpp"

#include <fmt/format.h>

#include "itsmc/client/connections.hpp"
#include "itsmc/client/items.hpp"

namespace itsmc::cli {

bool note_absent_store(Session& session) {
  const auto file = client::absent_store(session.platform);
  if (!file) return false;
  session.terminal.out.flush();
  const bool first = client::connection_names(session.platform).empty();
  session.talk.note(fmt::format(
      "there is no store at {}: nothing was synced there yet; {} (a store in another place: "
      "--data-dir DIR or ITSMC_DATA_DIR)",
      file->string(),
      first ? "first: itsmc connection add, then: itsmc sync run" : "next: itsmc sync run"));
  return true;
}

}  // namespace itsmc::cli
