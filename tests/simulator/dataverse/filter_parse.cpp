#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "dataverse/filter.hpp"
#include "dataverse/refusal.hpp"

namespace itsmc::sim::dataverse {
namespace {

enum class TokenKind { word, text, open, close, comma, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
  std::size_t at = 0;
};

// modifiedon ge 2018-05-24T00:00:00Z and contains(title,'O''Bryan')
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) { next(); }
  [[nodiscard]] const Token& now() const { return now_; }
  [[nodiscard]] std::string_view all() const { return text_; }
  Token take() {
    Token token = now_;
    next();
    return token;
  }
  [[noreturn]] void fail(const Token& token) const {
    throw Refusal(400, k_bad_query,
                  fmt::format("Syntax error at position {} in '{}'.", token.at, text_));
  }

 private:
  void next() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    now_ = {TokenKind::end, "", at_};
    if (at_ == text_.size()) return;
    const char c = text_[at_];
    if (c == '\'') return read_text();
    if (c == '(' || c == ')' || c == ',') {
      now_.kind = c == '(' ? TokenKind::open : c == ')' ? TokenKind::close : TokenKind::comma;
      now_.text = c;
      ++at_;
      return;
    }
    const auto end = std::min(text_.find_first_of(" (),'", at_), text_.size());
    now_.kind = TokenKind::word;
    now_.text = text_.substr(at_, end - at_);
    at_ = end;
  }
  void read_text() {
    now_.kind = TokenKind::text;
    std::size_t i = at_ + 1;
    for (; i < text_.size(); ++i) {
      if (text_[i] != '\'') {
        now_.text += text_[i];
      } else if (i + 1 < text_.size() && text_[i + 1] == '\'') {
        now_.text += '\'';
        ++i;
      } else {
        at_ = i + 1;
        return;
      }
    }
    at_ = text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Token now_;
};

struct Literal {
  Value value;
  std::string_view type;  // as the product names it, empty for null
};

std::string_view edm_type(Kind kind) {
  switch (kind) {
    case Kind::key:
    case Kind::lookup:
      return "Edm.Guid";
    case Kind::date:
      return "Edm.DateTimeOffset";
    case Kind::boolean:
      return "Edm.Boolean";
    case Kind::big:
      return "Edm.Int64";
    case Kind::text:
    case Kind::memo:
      return "Edm.String";
    default:
      return "Edm.Int32";
  }
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Literal literal_of(Tokens& tokens) {
  const Token token = tokens.take();
  if (token.kind == TokenKind::text) return {token.text, "Edm.String"};
  if (token.kind != TokenKind::word) tokens.fail(token);
  if (token.text == "null") return {};
  if (token.text == "true") return {std::int64_t{1}, "Edm.Boolean"};
  if (token.text == "false") return {std::int64_t{0}, "Edm.Boolean"};
  if (const auto guid = parse_guid(token.text)) return {*guid, "Edm.Guid"};
  if (const auto number = whole(token.text)) return {*number, "Edm.Int32"};
  if (const auto date = read_date(token.text)) return {*date, "Edm.DateTimeOffset"};
  tokens.fail(token);
}

constexpr std::array<std::pair<std::string_view, Test>, 6> k_operators{{{"eq", Test::eq},
                                                                        {"ne", Test::ne},
                                                                        {"gt", Test::gt},
                                                                        {"ge", Test::ge},
                                                                        {"lt", Test::lt},
                                                                        {"le", Test::le}}};
constexpr std::array<std::string_view, 6> k_operator_names{
    "Equal", "NotEqual", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"};

class Parser {
 public:
  Parser(std::string_view text, const Schema& schema) : tokens_(text), schema_(schema) {}
  Filter whole_filter() {
    Filter filter = any();
    if (tokens_.now().kind != TokenKind::end) tokens_.fail(tokens_.now());
    return filter;
  }

 private:
  bool is_word(std::string_view word) const {
    return tokens_.now().kind == TokenKind::word && tokens_.now().text == word;
  }
  void expect(TokenKind kind) {
    const Token token = tokens_.take();
    if (token.kind != kind) tokens_.fail(token);
  }
  Filter any() { return joined("or", Filter::Shape::any); }
  Filter joined(std::string_view word, Filter::Shape shape) {
    const bool outer = shape == Filter::Shape::any;
    Filter filter;
    filter.shape = shape;
    filter.parts.push_back(outer ? joined("and", Filter::Shape::all) : one());
    while (is_word(word)) {
      tokens_.take();
      filter.parts.push_back(outer ? joined("and", Filter::Shape::all) : one());
    }
    if (filter.parts.size() > 1) return filter;
    Filter only = std::move(filter.parts.front());
    return only;
  }
  Filter one() {
    if (is_word("not")) {
      tokens_.take();
      Filter filter;
      filter.shape = Filter::Shape::none;
      filter.parts.push_back(one());
      return filter;
    }
    if (tokens_.now().kind == TokenKind::open) {
      tokens_.take();
      Filter filter = any();
      expect(TokenKind::close);
      return filter;
    }
    const Token name = tokens_.take();
    if (name.kind != TokenKind::word) tokens_.fail(name);
    return tokens_.now().kind == TokenKind::open ? call(name) : comparison(name);
  }
  std::size_t column(const Token& name) const {
    const auto found = schema_.find(name.text);
    if (found) return *found;
    throw Refusal(400, k_bad_query,
                  fmt::format("Could not find a property named '{}' on type "
                              "'Microsoft.Dynamics.CRM.{}'.",
                              name.text, schema_.table));
  }
  Filter call(const Token& name) {
    Filter filter;
    if (name.text == "contains")
      filter.test = Test::contains;
    else if (name.text == "startswith")
      filter.test = Test::starts;
    else if (name.text == "endswith")
      filter.test = Test::ends;
    else
      throw Refusal(400, k_bad_query,
                    "An unknown function with name '" + name.text + "' was found.");
    expect(TokenKind::open);
    filter.column = column(tokens_.take());
    expect(TokenKind::comma);
    const Token text = tokens_.take();
    if (text.kind != TokenKind::text) tokens_.fail(text);
    filter.value = text.text;
    expect(TokenKind::close);
    if (edm_type(schema_.columns[filter.column].kind) != "Edm.String") {
      throw Refusal(400, k_bad_query,
                    fmt::format("No function signature for the function with name '{}' matches the "
                                "specified arguments.",
                                name.text));
    }
    return filter;
  }
  Filter comparison(const Token& name) {
    Filter filter;
    filter.column = column(name);
    const Token word = tokens_.take();
    const auto found = std::find_if(k_operators.begin(), k_operators.end(),
                                    [&](const auto& one) { return one.first == word.text; });
    if (word.kind != TokenKind::word || found == k_operators.end()) tokens_.fail(word);
    filter.test = found->second;
    Literal literal = literal_of(tokens_);
    const auto type = edm_type(schema_.columns[filter.column].kind);
    const bool fits = literal.type.empty() || literal.type == type ||
                      (type == "Edm.Int64" && literal.type == "Edm.Int32");
    if (!fits) {
      throw Refusal(
          400, k_bad_query,
          fmt::format("A binary operator with incompatible types was detected. Found operand "
                      "types '{}' and '{}' for operator kind '{}'.",
                      type, literal.type,
                      k_operator_names[static_cast<std::size_t>(found - k_operators.begin())]));
    }
    filter.value = std::move(literal.value);
    return filter;
  }

  Tokens tokens_;
  const Schema& schema_;
};

}  // namespace

Filter parse_filter(std::string_view text, const Schema& schema) {
  // The product reads all literals before anything else: a quote that is not doubled shows here.
  if (std::count(text.begin(), text.end(), '\'') % 2 != 0) {
    throw Refusal(
        400, k_bad_query,
        fmt::format("There is an unterminated literal at position {} in '{}'.", text.size(), text));
  }
  return Parser(text, schema).whole_filter();
}

}  // namespace itsmc::sim::dataverse
