#include "itsmc/core/text.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace itsmc {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_space(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The length of the UTF-8 sequence that starts with `lead`; 0 when none does.
std::size_t sequence_length(unsigned char lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Text that was cut at `max_bytes`, up to its last whole word; one long word stays as it is.
std::string whole_words(std::string cut, std::size_t max_bytes) {
  constexpr std::string_view k_more = "\xE2\x80\xA6";
  if (max_bytes < k_more.size()) return cut;
  const std::size_t space = cut.rfind(' ', max_bytes - k_more.size());
  if (space == std::string::npos || space < max_bytes / 2) return cut;
  cut.resize(space);
  return cut.append(k_more);
}

/// "sysd" of "systemd": same first letter, the others in order.
bool is_abbreviation(std::string_view word, std::string_view whole) {
  std::size_t at = 0;
  for (const char c : whole) {
    const bool same = at < word.size() && lower(word[at]) == lower(c);
    if (same) ++at;
    if (at == 0) return false;
  }
  return at == word.size();
}

/// "--lim" of "--limit". Empty: none, several, or a word too short to tell.
std::string only_beginning_with(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t k_least = 2;
  if (word.size() < k_least) return {};
  std::string found;
  for (const std::string& candidate : candidates) {
    if (!iequals(std::string_view(candidate).substr(0, word.size()), word)) continue;
    if (!found.empty() && found != candidate) return {};
    found = candidate;
  }
  return found;
}

/// Empty: none, or several.
std::string only_longer_form(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t k_least = 3;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (word.size() < k_least || !is_abbreviation(word, candidate)) continue;
    if (!found.empty()) return {};
    found = candidate;
  }
  return found;
}

/// Of a short word, one letter in another's place makes another word: "wi" is no slip of "ci". Of
/// three letters it may be one where the first is right: "urk" for "url".
bool is_another_word(std::string_view word, std::string_view candidate) {
  if (word.size() > 3 || word.size() != candidate.size()) return false;
  const auto letters = [](std::string_view of) {
    std::string sorted = to_lower(of);
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  };
  if (letters(word) == letters(candidate)) return false;
  return word.size() < 3 || lower(word.front()) != lower(candidate.front());
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string to_lower(std::string_view ascii) {
  std::string lowered(ascii);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

bool iequals(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(separator); end != std::string_view::npos;
       end = text.find(separator, begin)) {
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.emplace_back(text.substr(begin));
  return parts;
}

std::string join(std::span<const std::string> parts, std::string_view between) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += between;
    joined += part;
  }
  return joined;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
      continue;
    }
    encoded += '%';
    encoded += k_hex[byte >> 4U];
    encoded += k_hex[byte & 15U];
  }
  return encoded;
}

std::string form_encode(std::span<const std::pair<std::string, std::string>> fields) {
  std::string body;
  for (const auto& [key, value] : fields) {
    if (!body.empty()) body += '&';
    body += percent_encode(key) + '=' + percent_encode(value);
  }
  return body;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[b.size()];
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  if (std::string whole = only_beginning_with(word, candidates); !whole.empty()) return whole;
  const std::size_t tolerated = word.size() < 4 ? 1 : std::max<std::size_t>(2, word.size() / 3);
  std::size_t best = tolerated + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best && !is_another_word(word, candidate)) {
      best = distance;
      found = candidate;
    }
  }
  return found.empty() ? only_longer_form(word, candidates) : found;
}

std::string excerpt(std::string_view text, std::size_t max_bytes) {
  std::string cut;
  bool shortened = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(text[i]));
    const bool whole =
        length != 0 && i + length <= text.size() &&
        std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                    text.begin() + static_cast<std::ptrdiff_t>(i + length), is_continuation);
    const std::size_t step = whole ? length : 1;
    const bool control =
        whole && length == 1 && (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F);
    const std::string_view piece = !whole    ? std::string_view("\xEF\xBF\xBD")
                                   : control ? std::string_view(" ")
                                             : text.substr(i, length);
    shortened = cut.size() + piece.size() > max_bytes;
    if (shortened) break;
    const bool doubled_space = piece == " " && !cut.empty() && cut.back() == ' ';
    if (!doubled_space) cut += piece;
    i += step;
  }
  if (shortened) cut = whole_words(std::move(cut), max_bytes);
  return std::string(trim(cut));
}

}  // namespace itsmc
