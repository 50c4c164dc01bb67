#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cli/display_text.hpp"

namespace itsmc::cli {

/// Puts values together so that at most `columns` remain; sums stay. Pure.
[[nodiscard]] std::vector<std::int64_t> fold(std::span<const std::int64_t> values,
                                             std::size_t columns);

/// One column a value: empty for 0, the full height for the greatest. Pure.
[[nodiscard]] std::string sparkline(std::span<const std::int64_t> values, Charset charset);

/// `value` of `most` as a bar of at most `columns`; whatever is more than 0 is seen. Pure.
[[nodiscard]] std::string bar(std::int64_t value, std::int64_t most, std::size_t columns,
                              Charset charset);

}  // namespace itsmc::cli
