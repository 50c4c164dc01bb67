#pragma once

#include <string>
#include <string_view>

namespace itsmc::config {

/// Starts the shell's command line with `text` to read and our own output to write to, and waits
/// for its end; it may end before it has read everything. Returns the exit code, 128 and more when
/// a signal ended it, 127 when there is no such command. Throws Error(unforeseen) when no shell can
/// be started. SIGPIPE must be ignored (main does).
[[nodiscard]] int feed_process(const std::string& command_line, std::string_view text);

}  // namespace itsmc::config
