#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace itsmc::cli {

/// Appends `"text"`: escapes what JSON wants and what a terminal might obey (DEL, C1); bytes that
/// are not UTF-8 become U+FFFD.
void append_json_string(std::string& to, std::string_view text);

enum class Lines { joined, kept };
/// Text that a terminal can only show: a line's end or tab becomes a space (Lines::joined), other
/// control characters their visible pictures, bytes that are not UTF-8 and marks that turn the
/// direction of writing U+FFFD. Work items hold what strangers typed.
[[nodiscard]] std::string harmless(std::string_view text, Lines lines = Lines::joined);

/// Columns that valid UTF-8 takes on a terminal: wide East Asian characters and emoji two,
/// combining marks none.
[[nodiscard]] std::size_t display_width(std::string_view utf8) noexcept;

/// What the terminal's locale can show.
enum class Charset : std::uint8_t { ascii, unicode };
/// LC_ALL, LC_CTYPE, LANG, the first that is set (locale(7)). Pure but for `environment`.
[[nodiscard]] Charset charset_of(
    const std::function<std::optional<std::string>(const std::string&)>& environment);

/// At most `width` columns; when it cuts, it ends in "…", or "..." where that cannot be shown.
[[nodiscard]] std::string cut_to_width(std::string_view utf8, std::size_t width,
                                       Charset charset = Charset::unicode);

/// Lines of at most `width` columns, broken at spaces, later lines indented. A longer word stays
/// whole.
[[nodiscard]] std::string wrapped(std::string_view utf8, std::size_t width, std::size_t indent);

/// A word as a POSIX shell reads it back, byte by byte: within single quotes nothing is special but
/// the quote itself.
[[nodiscard]] std::string shell_quoted(std::string_view word);
/// The same of what strangers typed, to be shown: harmless first.
[[nodiscard]] std::string shell_word(std::string_view word);

}  // namespace itsmc::cli
