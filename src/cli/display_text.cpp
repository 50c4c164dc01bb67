#include "cli/display_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr char32_t k_replacement = 0xFFFD;

struct Decoded {
  char32_t character = k_replacement;
  std::size_t bytes = 1;
  bool valid = false;
};

/// The character at the front. Overlong forms, surrogates and what lies above U+10FFFF are invalid.
Decoded decode(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {static_cast<char32_t>(lead), 1, true};
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return {};
  char32_t character = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> k_least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < k_least[length] || surrogate || character > 0x10FFFF) return {};
  return {character, length, true};
}

bool is_control(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/// Embeddings, overrides and isolates: they show a line's parts in another order.
bool turns_direction(char32_t c) noexcept {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

struct Span {
  char32_t first, last;
};
constexpr std::array k_wide{
    Span{0x1100, 0x115F},   Span{0x2E80, 0x303E},   Span{0x3041, 0xA4CF},   Span{0xA960, 0xA97C},
    Span{0xAC00, 0xD7A3},   Span{0xF900, 0xFAFF},   Span{0xFE30, 0xFE6F},   Span{0xFF00, 0xFF60},
    Span{0xFFE0, 0xFFE6},   Span{0x1F300, 0x1F64F}, Span{0x1F680, 0x1F6FF}, Span{0x1F900, 0x1F9FF},
    Span{0x20000, 0x3FFFD},
};
constexpr std::array k_no_width{
    Span{0x0300, 0x036F}, Span{0x200B, 0x200F}, Span{0x20D0, 0x20FF},
    Span{0xFE00, 0xFE0F}, Span{0xFE20, 0xFE2F},
};

template <std::size_t size>
bool is_in(const std::array<Span, size>& spans, char32_t c) noexcept {
  return std::any_of(spans.begin(), spans.end(),
                     [c](const Span& span) { return c >= span.first && c <= span.last; });
}

std::size_t width_of(char32_t c) noexcept {
  if (c < 0x300) return 1;
  if (is_in(k_no_width, c)) return 0;
  return is_in(k_wide, c) ? 2 : 1;
}

constexpr std::string_view k_replacement_text = "\xEF\xBF\xBD";

void append_harmless(std::string& to, const Decoded& decoded, std::string_view bytes, Lines lines) {
  const char32_t c = decoded.character;
  if (!decoded.valid || turns_direction(c) || (c >= 0x80 && c < 0xA0)) {
    to += k_replacement_text;
  } else if (c == '\n' && lines == Lines::kept) {
    to += '\n';
  } else if (c == '\t' || c == '\n' || c == '\r') {
    to += ' ';
  } else if (is_control(c)) {
    // U+2400 to U+241F, U+2421: the pictures of the control characters.
    to += "\xE2\x90";
    to += static_cast<char>(0x80U + (c == 0x7F ? 0x21U : static_cast<unsigned>(c)));
  } else {
    to += bytes;
  }
}

}  // namespace

void append_json_string(std::string& to, std::string_view text) {
  to += '"';
  std::size_t plain = 0;  // where the bytes begin that are copied as they are
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    const Decoded decoded = decode(text.substr(i));
    if (decoded.valid && !is_control(decoded.character) && c != '"' && c != '\\') {
      i += decoded.bytes;
      continue;
    }
    to += text.substr(plain, i - plain);
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (c == '\n') {
      to += "\\n";
    } else if (!decoded.valid) {
      to += k_replacement_text;
    } else {
      to += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(decoded.character));
    }
    i += decoded.bytes;
    plain = i;
  }
  to += text.substr(plain);
  to += '"';
}

std::string harmless(std::string_view text, Lines lines) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Decoded decoded = decode(text.substr(i));
    append_harmless(clean, decoded, text.substr(i, decoded.bytes), lines);
    i += decoded.bytes;
  }
  return clean;
}

std::string shell_quoted(std::string_view word) {
  constexpr std::string_view k_plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";
  if (!word.empty() && word.find_first_not_of(k_plain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

std::string shell_word(std::string_view word) {
  return shell_quoted(harmless(word));
}

std::size_t display_width(std::string_view utf8) noexcept {
  std::size_t width = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const Decoded decoded = decode(utf8.substr(i));
    width += width_of(decoded.character);
    i += decoded.bytes;
  }
  return width;
}

Charset charset_of(
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::optional<std::string> value = environment(name);
    if (!value || value->empty()) continue;
    const std::string locale = to_lower(*value);
    const bool utf8 =
        locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    return utf8 ? Charset::unicode : Charset::ascii;
  }
  return Charset::ascii;  // the locale "C"
}

std::string cut_to_width(std::string_view utf8, std::size_t width, Charset charset) {
  if (display_width(utf8) <= width) return std::string(utf8);
  const std::string_view mark = charset == Charset::unicode ? "\xE2\x80\xA6" : "...";
  const std::size_t room = width - std::min(width, display_width(mark));
  std::size_t taken = 0;
  std::size_t end = 0;
  while (end < utf8.size()) {
    const Decoded decoded = decode(utf8.substr(end));
    const std::size_t next = taken + width_of(decoded.character);
    if (next > room) break;
    taken = next;
    end += decoded.bytes;
  }
  if (width < display_width(mark)) return std::string(width, '.');
  return std::string(utf8.substr(0, end)).append(mark);
}

std::string wrapped(std::string_view utf8, std::size_t width, std::size_t indent) {
  std::string lines;
  while (display_width(utf8) > width) {
    std::size_t space = utf8.find(' ', 1);
    for (std::size_t next = space; next != std::string_view::npos;
         next = utf8.find(' ', next + 1)) {
      if (display_width(utf8.substr(0, next)) > width) break;
      space = next;
    }
    if (space == std::string_view::npos) break;
    lines += fmt::format("{}\n{:{}}", utf8.substr(0, space), "", indent);
    utf8.remove_prefix(space + 1);
  }
  return lines + std::string(utf8);
}

}  // namespace itsmc::cli
