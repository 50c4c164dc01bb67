#include "config/toml_quotes.hpp"

#include <string>

namespace itsmc::config {
namespace {

/// Behind the closing quotes; absent when there are none. Only "..." knows escapes, '...' does not.
std::optional<std::size_t> end_of_string(std::string_view text, std::size_t at,
                                         std::string_view quotes) {
  for (; at < text.size(); ++at) {
    if (text[at] == '\n' && quotes.size() == 1) return std::nullopt;
    if (text[at] == '\\' && quotes.front() == '"') {
      ++at;
    } else if (text.substr(at).starts_with(quotes)) {
      return at + quotes.size();
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> unclosed_quote(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '#') {
      at = text.find('\n', at);
      if (at == std::string_view::npos) return std::nullopt;
    } else if (c == '"' || c == '\'') {
      const std::string three(3, c);
      const bool many_lines = text.substr(at).starts_with(three);
      const auto quotes = std::string_view(three).substr(0, many_lines ? 3 : 1);
      const auto end = end_of_string(text, at + quotes.size(), quotes);
      if (!end) return at;
      at = *end;
      continue;
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace itsmc::config
