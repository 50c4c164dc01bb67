#include "itsmc/client/doctor.hpp"

#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/commands/known_settings.hpp"
#include "cli/session.hpp"

namespace itsmc::cli {
namespace {

constexpr const char* k_noun = "part";

int run_doctor(client::Network network, Session& session) {
  if (answers_checks_help(session, k_noun)) return 0;
  session.talk.moving("looking");
  const std::vector<client::Examined> examined =
      client::examine(session.platform, known_settings(), network);
  session.talk.end_moving();
  if (session.platform.stop.stop_requested()) throw Error(ErrorKind::cancelled, "interrupted");
  std::vector<CheckedOne> all;
  all.reserve(examined.size());
  for (const client::Examined& one : examined) all.push_back({one.part, one.checks, k_noun});
  print_checks(session, all);
  return client::exit_code(examined);
}

}  // namespace

Action build_doctor(OptionSet& options) {
  auto no_network = std::make_shared<bool>(false);
  options.add({.name = "no-network",
               .value = {},
               .help = "Ask no instance for anything",
               .set = into(*no_network)});
  return [no_network](Session& session) {
    return run_doctor(*no_network ? client::Network::spared : client::Network::asked, session);
  };
}

}  // namespace itsmc::cli
