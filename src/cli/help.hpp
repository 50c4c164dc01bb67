#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"

namespace itsmc::cli {

/// `itsmc --help`.
[[nodiscard]] std::string help_of_all();
/// `itsmc NOUN --help`.
[[nodiscard]] std::string help_of_noun(const Noun& noun);
/// `itsmc NOUN VERB --help`; `options` holds the command's and the common ones.
[[nodiscard]] std::string help_of_command(const Command& command, const OptionSet& options);
/// "sync run", or "query".
[[nodiscard]] std::string words_of(const Command& command);

}  // namespace itsmc::cli
