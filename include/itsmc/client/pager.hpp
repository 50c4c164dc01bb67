#pragma once

#include <string>
#include <string_view>

namespace itsmc::client {

enum class Paging { shown, no_such_pager };

/// Shows the text in a pager, a command line for the shell, on our own terminal, and waits until it
/// is left. A pager that is left early, or fails, has been shown. `less` is told to end at once
/// when the text fits and to let colours through, unless LESS says otherwise. Throws
/// Error(unforeseen) when no shell can be started.
[[nodiscard]] Paging show_in_pager(const std::string& pager, std::string_view text);

}  // namespace itsmc::client
