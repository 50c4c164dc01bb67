#include "cli/completion.hpp"

#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/session.hpp"

namespace itsmc::cli {

Action build_completion(OptionSet& options) {
  auto shell = std::make_shared<std::string>();
  options.add(Operand{"SHELL", "bash, zsh or fish", Arity::one,
                      choice_into(*shell, {"bash", "zsh", "fish"})});
  return [shell](Session& session) {
    session.terminal.out.write(completion_script(*shell));
    return 0;
  };
}

}  // namespace itsmc::cli
