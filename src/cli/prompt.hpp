#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/terminal.hpp"
#include "itsmc/core/secret.hpp"

namespace itsmc::cli {

/// True when there is somebody to ask: stdin and stderr are terminals, without --no-input.
[[nodiscard]] bool can_ask(const Terminal& terminal) noexcept;

/// "Url: ", or "Sync days [30]: " with an answer to take by Enter. Trimmed; the fallback when
/// nothing was typed. Throws Error(cancelled) at the end of the input (Ctrl-D) or on a signal.
[[nodiscard]] std::string ask(Terminal& terminal, std::string_view question,
                              std::string_view fallback = {});

/// Without echo. Throws Error(cancelled) as `ask` does; asks again while nothing is typed.
[[nodiscard]] Secret ask_secret(Terminal& terminal, std::string_view question);

/// Without echo; absent when nothing was typed. Throws as `ask` does.
[[nodiscard]] std::optional<Secret> ask_secret_or_none(Terminal& terminal,
                                                       std::string_view question);

/// "... [y/N]: "; only "y" and "yes" say yes.
[[nodiscard]] bool confirm(Terminal& terminal, std::string_view question);

}  // namespace itsmc::cli
