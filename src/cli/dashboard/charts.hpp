#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace itsmc::cli {

/// What the terminal's locale can show.
enum class Charset : std::uint8_t { ascii, unicode };
/// LC_ALL, LC_CTYPE, LANG, the first that is set (locale(7)). Pure but for `environment`.
[[nodiscard]] Charset charset_of(
    const std::function<std::optional<std::string>(const std::string&)>& environment);

/// Puts values together so that at most `columns` remain; sums stay. Pure.
[[nodiscard]] std::vector<std::int64_t> fold(std::span<const std::int64_t> values,
                                             std::size_t columns);

/// One column a value: empty for 0, the full height for the greatest. Pure.
[[nodiscard]] std::string sparkline(std::span<const std::int64_t> values, Charset charset);

/// `value` of `most` as a bar of at most `columns`; whatever is more than 0 is seen. Pure.
[[nodiscard]] std::string bar(std::int64_t value, std::int64_t most, std::size_t columns,
                              Charset charset);

}  // namespace itsmc::cli
