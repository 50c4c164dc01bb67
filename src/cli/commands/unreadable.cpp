#include "cli/commands/unreadable.hpp"

namespace itsmc::cli {

int tell_unreadable(Session& session, const std::vector<Error>& unreadable, std::size_t good) {
  session.terminal.out.flush();
  for (const Error& error : unreadable) session.talk.error(error, {});
  if (unreadable.empty()) return 0;
  return exit_code(good > 0 ? ErrorKind::partly : unreadable.front().kind());
}

}  // namespace itsmc::cli
