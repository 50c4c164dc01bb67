#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::cli {

/// A command that makes or changes a connection, as it would be typed once more. A value.
struct TypedCommand {
  std::string words;               // "connection add prod"
  std::vector<FieldText> options;  // "url", or a flag with the value "true"
};

/// `words` with what the command line said, and `asked`: what was answered to prompts.
[[nodiscard]] TypedCommand typed_command(std::string words, const Given& given,
                                         const std::vector<FieldText>& asked);

/// "itsmc connection add prod --url https://acme.service-now.com --create-ci", for a shell.
[[nodiscard]] std::string to_line(const TypedCommand& command);

/// The same with one option more, or with another value of it.
[[nodiscard]] TypedCommand with(TypedCommand command, const FieldText& option);

/// "itsmc connection edit prod --url https://HOST" in a hint, said of a connection that was not
/// saved, leads nowhere: it becomes "the same command with --url https://HOST".
[[nodiscard]] std::string led_back(std::string hint, const std::string& name);

/// What to type after a check that failed with `hint`: the command, where the hint names an option
/// with that option.
[[nodiscard]] std::string next_line(const TypedCommand& command, const std::string& hint,
                                    const std::string& name);

/// The hint of a command that changed nothing: where it names that command without its options,
/// with them. "itsmc workspace add law --ca-file FILE" becomes the whole line with --ca-file.
[[nodiscard]] std::string typed_out(const TypedCommand& command, const std::string& hint);

}  // namespace itsmc::cli
