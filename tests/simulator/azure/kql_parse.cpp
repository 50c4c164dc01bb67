#include "azure/kql_parse.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "azure/kql_value.hpp"

namespace itsmc::sim::azure::kql {
namespace {

constexpr auto k_comparisons = std::to_array<std::string_view>(
    {"==",         "!=",          "<>",       "=~",        "!~",        "<",
     ">",          "<=",          ">=",       "contains",  "!contains", "contains_cs",
     "startswith", "!startswith", "endswith", "!endswith", "has",       "!has",
     "in",         "!in",         "in~",      "between"});

template <class List>
bool is_one_of(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Pipeline run() {
    while (is_name("let")) read_let();
    Pipeline out = pipeline();
    while (is_sign(";")) ++at_;
    if (peek().kind != TokenKind::end) fail();
    return out;
  }

 private:
  const Token& peek() const { return tokens_[at_]; }
  bool is_sign(std::string_view text) const {
    return peek().kind == TokenKind::sign && peek().text == text;
  }
  bool is_name(std::string_view text) const {
    return peek().kind == TokenKind::name && peek().text == text;
  }
  bool next_is_sign(std::string_view text) const {
    const auto& token = tokens_[std::min(at_ + 1, tokens_.size() - 1)];
    return token.kind == TokenKind::sign && token.text == text;
  }
  [[noreturn]] void fail() const {
    const std::string text = peek().kind == TokenKind::end ? "<end of query>" : peek().text;
    throw Problem("SyntaxError",
                  fmt::format("Query could not be parsed at '{}' on position {}", text, peek().at));
  }
  void expect(std::string_view sign) {
    if (!is_sign(sign)) fail();
    ++at_;
  }
  bool accept(std::string_view sign) {
    if (!is_sign(sign)) return false;
    ++at_;
    return true;
  }
  bool accept_name(std::string_view name) {
    if (!is_name(name)) return false;
    ++at_;
    return true;
  }
  std::string name() {
    if (is_sign("[")) {  // ['odd name']
      ++at_;
      if (peek().kind != TokenKind::text) fail();
      std::string out = tokens_[at_++].text;
      expect("]");
      return out;
    }
    if (peek().kind != TokenKind::name) fail();
    return tokens_[at_++].text;
  }

  // let NAME = expression or pipeline; kept as tokens and read where it is used.
  void read_let() {
    ++at_;
    const std::string known = name();
    expect("=");
    std::vector<Token> kept;
    while (peek().kind != TokenKind::end && !is_sign(";")) kept.push_back(tokens_[at_++]);
    if (!is_sign(";") || kept.empty()) fail();
    Token end;
    end.at = peek().at;
    kept.push_back(end);
    ++at_;
    lets_[known] = std::move(kept);
  }

  template <class Read>
  auto with_let(const std::vector<Token>& kept, Read read) {
    if (++depth_ > 16) throw Problem("SemanticError", "let statements refer to one another");
    std::vector<Token> saved = kept;
    std::swap(saved, tokens_);
    const std::size_t saved_at = at_;
    at_ = 0;
    auto out = read();
    if (peek().kind != TokenKind::end) fail();
    std::swap(saved, tokens_);
    at_ = saved_at;
    --depth_;
    return out;
  }

  Pipeline pipeline() {
    Pipeline out = source();
    while (accept("|")) out.operators.push_back(one_operator());
    return out;
  }

  Pipeline source() {
    if (accept("(")) {
      Pipeline inner = pipeline();
      expect(")");
      return inner;
    }
    if (is_name("union") && !next_is_sign("|")) {
      ++at_;
      Pipeline out;
      out.others = union_members();
      return out;
    }
    if (accept_name("print")) {
      Pipeline out;
      out.printed = expressions();
      return out;
    }
    const std::string table = name();
    if (const auto known = lets_.find(table); known != lets_.end()) {
      return with_let(known->second, [this] { return pipeline(); });
    }
    if (accept("(")) expect(")");
    Pipeline out;
    out.table = table;
    return out;
  }

  std::vector<Pipeline> union_members() {
    while (peek().kind == TokenKind::name && next_is_sign("=")) {  // kind=outer isfuzzy=true
      const std::string option = name();
      if (option != "kind" && option != "isfuzzy") fail();
      ++at_;
      ++at_;
    }
    std::vector<Pipeline> out{source()};
    while (accept(",")) out.push_back(source());
    return out;
  }

  Operator one_operator() {
    if (peek().kind != TokenKind::name) fail();
    Operator out;
    out.name = peek().text;
    const std::size_t at = at_++;
    if (out.name == "project" && is_sign("-")) {  // project-away
      ++at_;
      out.name += "-" + name();
    }
    if (out.name == "order") out.name = "sort";
    if (out.name == "limit") out.name = "take";
    if (out.name == "filter") out.name = "where";
    read_operator(out, at);
    return out;
  }

  void read_operator(Operator& out, std::size_t at) {
    const std::string& what = out.name;
    if (what == "where") {
      out.columns.push_back({"", expression()});
    } else if (what == "project" || what == "extend" || what == "project-rename" ||
               what == "project-away" || what == "project-keep" || what == "distinct") {
      out.columns = expressions();
    } else if (what == "serialize") {
      if (!is_sign("|") && peek().kind != TokenKind::end) out.columns = expressions();
    } else if (what == "summarize") {
      if (!is_name("by")) out.columns = expressions();
      if (accept_name("by")) out.by = expressions();
    } else if (what == "sort") {
      if (!accept_name("by")) fail();
      out.order = orderings();
    } else if (what == "take") {
      out.count = whole();
    } else if (what == "top") {
      out.count = whole();
      if (!accept_name("by")) fail();
      out.order = orderings();
    } else if (what == "union") {
      out.others = union_members();
    } else if (what != "count") {
      at_ = at;
      fail();
    }
  }

  std::int64_t whole() {
    if (peek().kind != TokenKind::whole) fail();
    return tokens_[at_++].whole;
  }

  std::vector<NamedExpression> expressions() {
    std::vector<NamedExpression> out;
    do {
      NamedExpression one;
      const bool named = (peek().kind == TokenKind::name && next_is_sign("=")) ||
                         (is_sign("[") && at_ + 3 < tokens_.size() && tokens_[at_ + 3].text == "=");
      if (named) {
        one.name = name();
        ++at_;
      }
      one.expression = expression();
      out.push_back(std::move(one));
    } while (accept(","));
    return out;
  }

  std::vector<Ordering> orderings() {
    std::vector<Ordering> out;
    do {
      Ordering one;
      one.expression = expression();
      if (accept_name("asc")) {
        one.ascending = true;
      } else {
        accept_name("desc");
      }
      one.nulls_first = one.ascending;
      if (accept_name("nulls")) {
        one.nulls_first = is_name("first");
        if (!accept_name("first") && !accept_name("last")) fail();
      }
      out.push_back(std::move(one));
    } while (accept(","));
    return out;
  }

  static Expression call(std::string name, std::vector<Expression> arguments) {
    Expression out;
    out.kind = Expression::Kind::call;
    out.name = std::move(name);
    out.arguments = std::move(arguments);
    return out;
  }

  Expression expression() {
    Expression left = conjunction();
    while (accept_name("or")) left = call("or", {std::move(left), conjunction()});
    return left;
  }

  Expression conjunction() {
    Expression left = comparison();
    while (accept_name("and")) left = call("and", {std::move(left), comparison()});
    return left;
  }

  Expression comparison() {
    Expression left = sum();
    const bool operates = peek().kind == TokenKind::sign || peek().kind == TokenKind::name;
    if (!operates || !is_one_of(k_comparisons, peek().text)) return left;
    const std::string what = tokens_[at_++].text;
    if (what == "between") return between(std::move(left));
    if (what == "in" || what == "!in" || what == "in~") {
      expect("(");
      std::vector<Expression> arguments{std::move(left)};
      do {
        arguments.push_back(expression());
      } while (accept(","));
      expect(")");
      return call(what, std::move(arguments));
    }
    return call(what == "<>" ? "!=" : what, {std::move(left), sum()});
  }

  Expression between(Expression left) {
    expect("(");
    Expression low = sum();
    expect("..");
    Expression high = sum();
    expect(")");
    return call("between", {std::move(left), std::move(low), std::move(high)});
  }

  Expression sum() {
    Expression left = product();
    while (is_sign("+") || is_sign("-")) {
      const std::string what = tokens_[at_++].text;
      left = call(what, {std::move(left), product()});
    }
    return left;
  }

  Expression product() {
    Expression left = unary();
    while (is_sign("/") || is_sign("%") || (is_sign("*") && !ends_expression_after())) {
      const std::string what = tokens_[at_++].text;
      left = call(what, {std::move(left), unary()});
    }
    return left;
  }

  // "arg_max(x, *)": the star is an argument of its own.
  bool ends_expression_after() const { return next_is_sign(")") || next_is_sign(","); }

  Expression unary() {
    if (accept("-")) return call("negate", {unary()});
    accept("+");
    return primary();
  }

  Expression primary() {
    if (accept("(")) {
      Expression inner = expression();
      expect(")");
      return inner;
    }
    if (is_sign("*")) {
      ++at_;
      Expression star;
      star.kind = Expression::Kind::star;
      return star;
    }
    if (is_sign("[")) return column(name());
    const Token token = peek();
    if (token.kind == TokenKind::sign || token.kind == TokenKind::end) fail();
    ++at_;
    if (token.kind != TokenKind::name) return literal(token);
    if (token.text == "true" || token.text == "false") return literal(token);
    if (is_sign("(")) return function(token);
    if (const auto known = lets_.find(token.text); known != lets_.end()) {
      return with_let(known->second, [this] { return expression(); });
    }
    return column(token.text);
  }

  static Expression column(std::string name) {
    Expression out;
    out.kind = Expression::Kind::column;
    out.name = std::move(name);
    return out;
  }

  static Expression literal(const Token& token) {
    Expression out;
    out.literal = token;
    return out;
  }

  Expression function(const Token& name) {
    expect("(");
    if (name.text == "datetime" || name.text == "timespan") return raw_literal(name);
    std::vector<Expression> arguments;
    if (!is_sign(")")) {
      do {
        arguments.push_back(expression());
      } while (accept(","));
    }
    expect(")");
    return call(name.text, std::move(arguments));
  }

  // datetime(2026-01-02T03:04:05.6Z): one text token between the brackets.
  Expression raw_literal(const Token& what) {
    if (peek().kind != TokenKind::text) fail();
    Expression inner = literal(tokens_[at_++]);
    expect(")");
    return call(what.text, {std::move(inner)});
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::map<std::string, std::vector<Token>> lets_;
};

}  // namespace

Parsed parse(std::string_view query) {
  Parsed out;
  try {
    auto tokens = tokens_of(query);
    for (const auto& token : tokens) {
      if (token.kind == TokenKind::name || token.kind == TokenKind::text) {
        out.names.push_back(token.text);
      }
    }
    out.pipeline = Parser(std::move(tokens)).run();
  } catch (const Problem& problem) {
    out.problem = problem.what();
  }
  return out;
}

}  // namespace itsmc::sim::azure::kql
