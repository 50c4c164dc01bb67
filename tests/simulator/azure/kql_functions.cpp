#include "azure/kql_functions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "azure/roles.hpp"
#include "azure/row_intake.hpp"

namespace itsmc::sim::azure::kql {
namespace {

using Values = std::vector<Value>;

constexpr std::int64_t k_day = 86'400LL * 10'000'000;

bool contains_text(std::string_view text, std::string_view part) {
  const auto found =
      std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
      });
  return part.empty() || found != text.end();
}

bool is_term_part(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

// A whole term, whatever its case.
bool has_term(const std::string& text, const std::string& term) {
  for (auto at = text.find(term); at != std::string::npos; at = text.find(term, at + 1)) {
    const auto behind = at + term.size();
    const bool starts = at == 0 || !is_term_part(text[at - 1]);
    const bool ends = behind == text.size() || !is_term_part(text[behind]);
    if (starts && ends) return true;
  }
  return false;
}

// Comparisons with null are null, which `where` takes for false.
template <class Test>
Value tested(const Values& a, Test test) {
  if (a[0].is_null() || a[1].is_null()) return {};
  return Value::of_truth(test(a[0], a[1]));
}

template <class Test>
Value texts(const Values& a, Test test) {
  return Value::of_truth(test(text_of(a[0]), text_of(a[1])));
}

bool equal(const Value& left, const Value& right) {
  const bool mixed =
      left.kind != right.kind && (left.kind == Kind::text || right.kind == Kind::text ||
                                  left.kind == Kind::dynamic || right.kind == Kind::dynamic);
  return mixed ? text_of(left) == text_of(right) : compare(left, right) == 0;
}

Value listed(const Values& a, bool any_case) {
  for (std::size_t i = 1; i < a.size(); ++i) {
    if (any_case ? same_id(text_of(a[0]), text_of(a[i])) : equal(a[0], a[i])) {
      return Value::of_truth(true);
    }
  }
  return Value::of_truth(false);
}

Value calculated(const Values& a, char what) {
  if (a[0].is_null() || a[1].is_null()) return {};
  const bool real = a[0].kind == Kind::real || a[1].kind == Kind::real;
  if (real && a[0].is_number() && a[1].is_number()) {
    const double x = a[0].number();
    const double y = a[1].number();
    return Value::of_real(what == '+'   ? x + y
                          : what == '-' ? x - y
                          : what == '*' ? x * y
                          : what == '/' ? x / y
                                        : std::fmod(x, y));
  }
  const bool divides = what == '/' || what == '%';
  if (divides && a[1].whole == 0) return {};
  const std::int64_t x = a[0].whole;
  const std::int64_t y = a[1].whole;
  const std::int64_t result = what == '+'   ? x + y
                              : what == '-' ? x - y
                              : what == '*' ? x * y
                              : what == '/' ? x / y
                                            : x % y;
  if (what == '-' && a[0].kind == Kind::instant && a[1].kind == Kind::instant) {
    return Value::of_span(result);
  }
  if (what == '/' && a[0].kind == Kind::span && a[1].kind == Kind::span) {
    return Value::of_real(static_cast<double>(x) / static_cast<double>(y));
  }
  if (a[0].kind == Kind::instant || a[1].kind == Kind::instant) return Value::of_instant(result);
  if (a[0].kind == Kind::span || a[1].kind == Kind::span) return Value::of_span(result);
  return Value::of_whole(result);
}

Value to_whole(const Value& value) {
  if (value.kind == Kind::whole) return value;
  if (value.kind == Kind::boolean) return Value::of_whole(value.truth ? 1 : 0);
  if (value.kind == Kind::real) return Value::of_whole(static_cast<std::int64_t>(value.real));
  const std::string text = text_of(value);
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? Value::of_whole(out) : Value{};
}

Value to_real(const Value& value) {
  if (value.is_number()) return Value::of_real(value.number());
  const std::string text = text_of(value);
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? Value::of_real(out) : Value{};
}

std::int64_t floored(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

Value binned(const Values& a) {
  if (a[0].is_null() || a[1].is_null()) return {};
  if (a[0].kind == Kind::real || a[1].kind == Kind::real) {
    const double step = a[1].number();
    return step > 0 ? Value::of_real(std::floor(a[0].number() / step) * step) : Value{};
  }
  if (a[1].whole <= 0) return {};
  Value out = a[0];
  out.whole = floored(a[0].whole, a[1].whole);
  return out;
}

Value made(const Surroundings& around, std::string text) {
  return Value::of_text(around.pool.keep(std::move(text)));
}

Value lowered(const Values& a, const Surroundings& around, int (*change)(int)) {
  std::string text = text_of(a[0]);
  for (auto& c : text) c = static_cast<char>(change(static_cast<unsigned char>(c)));
  return made(around, std::move(text));
}

Value joined(const Values& a, const Surroundings& around) {
  std::string out;
  for (const auto& value : a) out += text_of(value);
  return made(around, std::move(out));
}

Value sliced(const Values& a, const Surroundings& around) {
  const std::string text = text_of(a[0]);
  const auto from = static_cast<std::size_t>(
      std::clamp<std::int64_t>(a[1].whole, 0, static_cast<std::int64_t>(text.size())));
  const auto length = a.size() > 2 ? static_cast<std::size_t>(std::max<std::int64_t>(0, a[2].whole))
                                   : std::string::npos;
  return made(around, text.substr(from, length));
}

bool is_empty(const Value& value) {
  return value.is_null() || text_of(value).empty();
}

using Around = Surroundings;

constexpr auto k_functions = std::to_array<Function>({
    {"==", 2, 2, "bool", [](const Values& a, const Around&) { return tested(a, equal); }},
    {"!=", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return tested(a, [](const Value& x, const Value& y) { return !equal(x, y); });
     }},
    {"<", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return tested(a, [](const Value& x, const Value& y) { return compare(x, y) < 0; });
     }},
    {">", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return tested(a, [](const Value& x, const Value& y) { return compare(x, y) > 0; });
     }},
    {"<=", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return tested(a, [](const Value& x, const Value& y) { return compare(x, y) <= 0; });
     }},
    {">=", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return tested(a, [](const Value& x, const Value& y) { return compare(x, y) >= 0; });
     }},
    {"between", 3, 3, "bool",
     [](const Values& a, const Around&) {
       return Value::of_truth(!a[0].is_null() && compare(a[0], a[1]) >= 0 &&
                              compare(a[0], a[2]) <= 0);
     }},
    {"=~", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const std::string& x, const std::string& y) { return same_id(x, y); });
     }},
    {"!~", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const std::string& x, const std::string& y) { return !same_id(x, y); });
     }},
    {"contains", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) { return contains_text(x, y); });
     }},
    {"!contains", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) { return !contains_text(x, y); });
     }},
    {"contains_cs", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) {
         return x.find(y) != std::string::npos;
       });
     }},
    {"startswith", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) { return lower(x).starts_with(lower(y)); });
     }},
    {"!startswith", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a,
                    [](const auto& x, const auto& y) { return !lower(x).starts_with(lower(y)); });
     }},
    {"endswith", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) { return lower(x).ends_with(lower(y)); });
     }},
    {"!endswith", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) { return !lower(x).ends_with(lower(y)); });
     }},
    {"has", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) { return has_term(lower(x), lower(y)); });
     }},
    {"!has", 2, 2, "bool",
     [](const Values& a, const Around&) {
       return texts(a, [](const auto& x, const auto& y) { return !has_term(lower(x), lower(y)); });
     }},
    {"in", 2, 10'000, "bool", [](const Values& a, const Around&) { return listed(a, false); }},
    {"in~", 2, 10'000, "bool", [](const Values& a, const Around&) { return listed(a, true); }},
    {"!in", 2, 10'000, "bool",
     [](const Values& a, const Around&) { return Value::of_truth(!listed(a, false).truth); }},
    {"and", 2, 2, "bool",
     [](const Values& a, const Around&) { return Value::of_truth(a[0].is_true() && a[1].is_true()); }},
    {"or", 2, 2, "bool",
     [](const Values& a, const Around&) { return Value::of_truth(a[0].is_true() || a[1].is_true()); }},
    {"not", 1, 1, "bool",
     [](const Values& a, const Around&) {
       return a[0].is_null() ? Value{} : Value::of_truth(!a[0].is_true());
     }},
    {"+", 2, 2, "number", [](const Values& a, const Around&) { return calculated(a, '+'); }},
    {"-", 2, 2, "number", [](const Values& a, const Around&) { return calculated(a, '-'); }},
    {"*", 2, 2, "number", [](const Values& a, const Around&) { return calculated(a, '*'); }},
    {"/", 2, 2, "number", [](const Values& a, const Around&) { return calculated(a, '/'); }},
    {"%", 2, 2, "number", [](const Values& a, const Around&) { return calculated(a, '%'); }},
    {"negate", 1, 1, "",
     [](const Values& a, const Around&) {
       Value out = a[0];
       if (out.kind == Kind::real) {
         out.real = -out.real;
       } else {
         out.whole = -out.whole;
       }
       return out;
     }},
    {"now", 0, 0, "datetime",
     [](const Values&, const Around& around) { return Value::of_instant(around.now); }},
    {"ago", 1, 1, "datetime",
     [](const Values& a, const Around& around) {
       return Value::of_instant(around.now - a[0].whole);
     }},
    {"datetime", 1, 1, "datetime",
     [](const Values& a, const Around&) { return instant_of(a[0].text); }},
    {"todatetime", 1, 1, "datetime",
     [](const Values& a, const Around&) {
       return a[0].kind == Kind::instant ? a[0] : instant_of(text_of(a[0]));
     }},
    {"startofday", 1, 1, "datetime",
     [](const Values& a, const Around&) {
       return a[0].is_null() ? Value{} : Value::of_instant(floored(a[0].whole, k_day));
     }},
    {"bin", 2, 2, "", [](const Values& a, const Around&) { return binned(a); }},
    {"tostring", 1, 1, "string",
     [](const Values& a, const Around& around) {
       return a[0].kind == Kind::text ? a[0] : made(around, text_of(a[0]));
     }},
    {"toint", 1, 1, "int", [](const Values& a, const Around&) { return to_whole(a[0]); }},
    {"tolong", 1, 1, "long", [](const Values& a, const Around&) { return to_whole(a[0]); }},
    {"toreal", 1, 1, "real", [](const Values& a, const Around&) { return to_real(a[0]); }},
    {"todouble", 1, 1, "real", [](const Values& a, const Around&) { return to_real(a[0]); }},
    {"tobool", 1, 1, "bool",
     [](const Values& a, const Around&) {
       if (a[0].kind == Kind::boolean) return a[0];
       const std::string text = lower(text_of(a[0]));
       if (text == "true" || text == "1") return Value::of_truth(true);
       return text == "false" || text == "0" ? Value::of_truth(false) : Value{};
     }},
    {"isempty", 1, 1, "bool",
     [](const Values& a, const Around&) { return Value::of_truth(is_empty(a[0])); }},
    {"isnotempty", 1, 1, "bool",
     [](const Values& a, const Around&) { return Value::of_truth(!is_empty(a[0])); }},
    {"isnull", 1, 1, "bool",
     [](const Values& a, const Around&) { return Value::of_truth(a[0].is_null()); }},
    {"isnotnull", 1, 1, "bool",
     [](const Values& a, const Around&) { return Value::of_truth(!a[0].is_null()); }},
    {"strlen", 1, 1, "long",
     [](const Values& a, const Around&) {
       const std::string text = text_of(a[0]);
       return Value::of_whole(std::count_if(text.begin(), text.end(), [](char c) {
         return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
       }));
     }},
    {"tolower", 1, 1, "string",
     [](const Values& a, const Around& around) { return lowered(a, around, std::tolower); }},
    {"toupper", 1, 1, "string",
     [](const Values& a, const Around& around) { return lowered(a, around, std::toupper); }},
    {"strcat", 1, 64, "string", joined},
    {"substring", 2, 3, "string", sliced},
    {"iif", 3, 3, "second",
     [](const Values& a, const Around&) { return a[0].is_true() ? a[1] : a[2]; }},
    {"iff", 3, 3, "second",
     [](const Values& a, const Around&) { return a[0].is_true() ? a[1] : a[2]; }},
    {"coalesce", 2, 64, "",
     [](const Values& a, const Around&) {
       for (const auto& value : a) {
         if (!is_empty(value)) return value;
       }
       return a.back();
     }},
});

}  // namespace

Value instant_of(std::string_view text) {
  std::string read(text);
  if (read.size() > 10 && read[10] == ' ') read[10] = 'T';
  const auto moment = parse_instant(read);
  return moment ? Value::of_instant(*moment * k_ticks_a_ms) : Value{};
}

const Function* find_function(std::string_view name) {
  const auto* found = std::find_if(k_functions.begin(), k_functions.end(),
                                   [&](const Function& one) { return one.name == name; });
  return found == k_functions.end() ? nullptr : found;
}

}  // namespace itsmc::sim::azure::kql
