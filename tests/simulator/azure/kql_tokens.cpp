#include "azure/kql_tokens.hpp"

#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "azure/kql_value.hpp"

namespace itsmc::sim::azure::kql {
namespace {

constexpr std::int64_t k_second = 10'000'000;

struct Unit {
  std::string_view name;
  std::int64_t ticks;
};

// Longest first, so that "ms" is not read as "m".
constexpr auto k_units = std::to_array<Unit>({{"microsecond", 10},
                                              {"milliseconds", k_second / 1000},
                                              {"seconds", k_second},
                                              {"minutes", 60 * k_second},
                                              {"second", k_second},
                                              {"minute", 60 * k_second},
                                              {"hours", 3600 * k_second},
                                              {"hour", 3600 * k_second},
                                              {"days", 86400 * k_second},
                                              {"tick", 1},
                                              {"day", 86400 * k_second},
                                              {"ms", k_second / 1000},
                                              {"d", 86400 * k_second},
                                              {"h", 3600 * k_second},
                                              {"m", 60 * k_second},
                                              {"s", k_second}});

constexpr auto k_signs = std::to_array<std::string_view>(
    {"==", "!=", "=~", "!~", "<=", ">=", "<>", "..", "=", "<", ">", "(", ")", "[", "]",
     "{",  "}",  ",",  ";",  "|",  "+",  "-",  "*",  "/", "%", ".", ":", "!", "$"});

bool is_name_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_name_part(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Lexer {
 public:
  explicit Lexer(std::string_view query) : text_(query) {}

  std::vector<Token> run() {
    std::vector<Token> out;
    while (skip_blanks()) {
      out.push_back(next());
      const auto& last = out.back();
      const bool raw =
          last.kind == TokenKind::name && (last.text == "datetime" || last.text == "timespan");
      if (raw && skip_blanks() && text_[at_] == '(') {
        out.push_back(next());
        out.push_back(raw_text());
      }
    }
    out.push_back({TokenKind::end, "", 0, 0, text_.size()});
    return out;
  }

 private:
  bool skip_blanks() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
        ++at_;
      } else if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return true;
      }
    }
    return false;
  }

  // What stands between the brackets of datetime(2026-01-02) is no expression.
  Token raw_text() {
    const std::size_t from = at_;
    at_ = std::min(text_.find(')', at_), text_.size());
    std::string text(text_.substr(from, at_ - from));
    std::erase_if(text, [](char c) { return c == '"' || c == '\''; });
    while (!text.empty() && text.back() == ' ') text.pop_back();
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    return {TokenKind::text, text, 0, 0, from};
  }

  Token next() {
    const char c = text_[at_];
    if (is_name_start(c)) return name();
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
    if (c == '"' || c == '\'') return string(false);
    if (c == '@' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\'')) {
      ++at_;
      return string(true);
    }
    for (const auto sign : k_signs) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      const Token token{TokenKind::sign, std::string(sign), 0, 0, at_};
      at_ += sign.size();
      // "!in", "!contains": one operator.
      if (sign == "!" && at_ < text_.size() && is_name_start(text_[at_])) {
        Token word = name();
        word.text = "!" + word.text;
        word.at = token.at;
        return word;
      }
      return token;
    }
    throw Problem("SyntaxError", fmt::format("Query could not be parsed at '{}' on position {}",
                                             text_.substr(at_, 1), at_));
  }

  Token name() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
    // in~ is one word.
    if (text_.substr(from, at_ - from) == "in" && at_ < text_.size() && text_[at_] == '~') ++at_;
    return {TokenKind::name, std::string(text_.substr(from, at_ - from)), 0, 0, from};
  }

  Token number() {
    const std::size_t from = at_;
    const auto digits = [&] {
      while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    };
    digits();
    bool real = false;
    if (at_ + 1 < text_.size() && text_[at_] == '.' &&
        std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) != 0) {
      real = true;
      ++at_;
      digits();
    }
    Token token{real ? TokenKind::real : TokenKind::whole,
                std::string(text_.substr(from, at_ - from)), 0, 0, from};
    std::from_chars(token.text.data(), token.text.data() + token.text.size(), token.whole);
    std::from_chars(token.text.data(), token.text.data() + token.text.size(), token.real);
    read_unit(token);
    return token;
  }

  void read_unit(Token& token) {
    if (at_ >= text_.size() || !is_name_start(text_[at_])) return;
    for (const auto& unit : k_units) {
      const auto rest = text_.substr(at_);
      if (!rest.starts_with(unit.name)) continue;
      if (rest.size() > unit.name.size() && is_name_part(rest[unit.name.size()])) continue;
      token.kind = TokenKind::span;
      token.whole = static_cast<std::int64_t>(token.real * static_cast<double>(unit.ticks));
      at_ += unit.name.size();
      return;
    }
    throw Problem("SyntaxError", fmt::format("Query could not be parsed at '{}' on position {}",
                                             text_.substr(token.at, at_ + 1 - token.at), token.at));
  }

  Token string(bool verbatim) {
    const std::size_t from = at_;
    const char quote = text_[at_++];
    Token token{TokenKind::text, "", 0, 0, from};
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (!verbatim && text_[at_] == '\\' && at_ + 1 < text_.size()) {
        const char escaped = text_[++at_];
        token.text += escaped == 'n'   ? '\n'
                      : escaped == 't' ? '\t'
                      : escaped == 'r' ? '\r'
                                       : escaped;
      } else {
        token.text += text_[at_];
      }
      ++at_;
    }
    if (at_ >= text_.size() || text_[at_] != quote) {
      throw Problem("SyntaxError", fmt::format("Unterminated string literal on position {}", from));
    }
    ++at_;
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view query) {
  return Lexer(query).run();
}

}  // namespace itsmc::sim::azure::kql
