#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/topics.hpp"

namespace itsmc::cli {

/// Columns that help takes where there is room; a narrower terminal's own number else.
constexpr std::size_t k_help_width = 100;

/// `itsmc --help`.
[[nodiscard]] std::string help_of_all(std::size_t width);
/// `itsmc NOUN --help`.
[[nodiscard]] std::string help_of_noun(const Noun& noun, std::size_t width);
/// `itsmc NOUN VERB --help`; `options` holds the command's and the common ones.
[[nodiscard]] std::string help_of_command(const Command& command, const OptionSet& options,
                                          std::size_t width);
/// `itsmc help TOPIC`.
[[nodiscard]] std::string help_of_topic(const Topic& topic, std::size_t width);
/// " [NAME...]": how an operand stands in a usage line; empty when there is none.
[[nodiscard]] std::string spelled(const Operand& operand);
/// "sync run", or "query".
[[nodiscard]] std::string words_of(const Command& command);

}  // namespace itsmc::cli
