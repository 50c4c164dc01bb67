#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"

namespace itsmc::cli {
namespace {

int run_profile(const std::string& name, Session& session) {
  const Connection connection = client::load_connection(session.platform, name);
  session.connection = connection.name;
  session.terminal.out.write(client::draft_profile(session.platform, connection));
  session.terminal.out.flush();
  session.talk.note(fmt::format(
      "a draft: look it over, then: itsmc connection edit {} --profile FILE", connection.name));
  return 0;
}

}  // namespace

Action build_connection_profile(OptionSet& options) {
  auto name = std::make_shared<std::string>();
  options.add(Operand{"NAME", "The connection", Arity::one, into(*name)});
  return [name](Session& session) { return run_profile(*name, session); };
}

}  // namespace itsmc::cli
