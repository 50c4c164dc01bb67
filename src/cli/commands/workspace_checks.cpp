#include <algorithm>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/session.hpp"
#include "itsmc/client/workspaces.hpp"

namespace itsmc::cli {
namespace {

constexpr const char* k_noun = "workspace";

int run_test(const std::vector<std::string>& chosen, Session& session) {
  if (answers_checks_help(session, k_noun)) return 0;
  const std::vector<std::string> names =
      chosen.empty() ? client::workspace_names(session.platform) : chosen;
  std::vector<CheckedOne> all;
  int code = 0;
  for (const std::string& name : names) {
    all.push_back({name, client::test_workspace(session.platform, name), k_noun});
    const int one = client::exit_code(all.back().checks);
    code = code == 0 || one == 0 ? std::max(code, one) : std::min(code, one);
  }
  print_checks(session, all);
  if (names.empty()) session.talk.note("no workspaces yet; make one: itsmc workspace add");
  return code;
}

}  // namespace

Action build_workspace_test(OptionSet& options) {
  auto names = std::make_shared<std::vector<std::string>>();
  options.add(Operand{"NAME", "Workspaces; default: all", Arity::many, append_to(*names)});
  return [names](Session& session) { return run_test(*names, session); };
}

}  // namespace itsmc::cli
