#include "cli/unread_variables.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/topics.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

bool is_option_of(const OptionSet& options, const std::string& variable) {
  return std::any_of(options.options().begin(), options.options().end(), [&](const Option& option) {
    return environment_name(option.name) == variable;
  });
}

/// ITSMC_LIMTI: a name that is read by nobody, and nearly one that is. Others that begin with
/// ITSMC_ may be a script's own.
void add_misspelt(std::vector<std::string>& sentences, const std::string& variable,
                  const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), variable) != known.end()) return;
  const std::string near = nearest(variable, known);
  if (near.empty()) return;
  sentences.push_back(
      fmt::format("{}: is not read by any command: did you mean {}?", variable, near));
}

}  // namespace

std::vector<std::string> unread_variables(const OptionSet& options,
                                          const client::Platform& platform) {
  std::vector<std::string> strange;
  if (!platform.environment_names) return strange;
  for (const std::string& name : platform.environment_names()) {
    // Those of one connection are judged where it is loaded.
    if (!name.starts_with("ITSMC_") || name.starts_with("ITSMC_CONNECTION_")) continue;
    if (!is_option_of(options, name)) strange.push_back(name);
  }
  std::vector<std::string> sentences;
  if (strange.empty()) return sentences;
  const std::vector<std::string> known = own_variables();
  for (const std::string& name : strange) add_misspelt(sentences, name, known);
  return sentences;
}

}  // namespace itsmc::cli
