#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/topics.hpp"

namespace itsmc::cli {

/// `itsmc --help`.
[[nodiscard]] std::string help_of_all();
/// `itsmc NOUN --help`.
[[nodiscard]] std::string help_of_noun(const Noun& noun);
/// `itsmc NOUN VERB --help`; `options` holds the command's and the common ones.
[[nodiscard]] std::string help_of_command(const Command& command, const OptionSet& options);
/// `itsmc help TOPIC`.
[[nodiscard]] std::string help_of_topic(const Topic& topic);
/// " [NAME...]": how an operand stands in a usage line; empty when there is none.
[[nodiscard]] std::string spelled(const Operand& operand);
/// "sync run", or "query".
[[nodiscard]] std::string words_of(const Command& command);

}  // namespace itsmc::cli
