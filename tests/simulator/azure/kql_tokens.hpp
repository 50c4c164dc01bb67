// A query's text as tokens.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim::azure::kql {

enum class TokenKind { name, text, whole, real, span, sign, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;        // a name's or sign's own text; a text's unescaped contents
  std::int64_t whole = 0;  // of numbers, and of spans in ticks
  double real = 0;
  std::size_t at = 0;  // where it begins
};

// Always ends with a token of kind end. Throws Problem for what is no token.
std::vector<Token> tokens_of(std::string_view query);

}  // namespace itsmc::sim::azure::kql
