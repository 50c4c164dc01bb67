#pragma once

#include <string>
#include <string_view>

namespace itsmc {

/// A word as a POSIX shell reads it back, byte by byte: within single quotes nothing is special but
/// the quote itself. For commands that people paste out of a hint.
[[nodiscard]] std::string shell_quoted(std::string_view word);

}  // namespace itsmc
