#include "azure/kql_value.hpp"

#include <cmath>

#include <fmt/format.h>

#include "shared/clock.hpp"

namespace itsmc::sim::azure::kql {
namespace {

constexpr std::int64_t k_ticks_a_second = 10'000'000;

template <class T>
int sign_of(const T& left, const T& right) {
  if (left < right) return -1;
  return right < left ? 1 : 0;
}

std::string real_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  return fmt::format("{}", value);
}

}  // namespace

int compare(const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return sign_of(!left.is_null(), !right.is_null());
  if (left.is_number() && right.is_number()) {
    const bool whole = left.kind == Kind::whole && right.kind == Kind::whole;
    return whole ? sign_of(left.whole, right.whole) : sign_of(left.number(), right.number());
  }
  if (left.kind != right.kind)
    return sign_of(static_cast<int>(left.kind), static_cast<int>(right.kind));
  switch (left.kind) {
    case Kind::text:
    case Kind::dynamic:
      return left.text.compare(right.text);
    case Kind::boolean:
      return sign_of(left.truth, right.truth);
    default:
      return sign_of(left.whole, right.whole);
  }
}

std::string instant_text(std::int64_t ticks) {
  std::int64_t seconds = ticks / k_ticks_a_second;
  std::int64_t rest = ticks % k_ticks_a_second;
  if (rest < 0) {
    rest += k_ticks_a_second;
    --seconds;
  }
  std::string out = utc_text(seconds);
  out[10] = 'T';
  if (rest > 0) {
    std::string fraction = fmt::format("{:07}", rest);
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  return out + "Z";
}

std::string span_text(std::int64_t ticks) {
  const std::int64_t all = ticks < 0 ? -ticks : ticks;
  const std::int64_t seconds = all / k_ticks_a_second;
  std::string out = ticks < 0 ? "-" : "";
  if (seconds >= 86400) out += fmt::format("{}.", seconds / 86400);
  out += fmt::format("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  if (all % k_ticks_a_second != 0) out += fmt::format(".{:07}", all % k_ticks_a_second);
  return out;
}

std::string text_of(const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return {};
    case Kind::text:
      return std::string(value.text);
    case Kind::dynamic:
      // A JSON string is its own text.
      if (value.text.size() >= 2 && value.text.front() == '"') {
        return std::string(value.text.substr(1, value.text.size() - 2));
      }
      return std::string(value.text);
    case Kind::whole:
      return std::to_string(value.whole);
    case Kind::real:
      return real_text(value.real);
    case Kind::boolean:
      return value.truth ? "True" : "False";
    case Kind::instant:
      return instant_text(value.whole);
    case Kind::span:
      return span_text(value.whole);
  }
  return {};
}

void append_json(const Value& value, std::string& out) {
  switch (value.kind) {
    case Kind::null:
      out += "null";
      return;
    case Kind::whole:
      out += std::to_string(value.whole);
      return;
    case Kind::boolean:
      out += value.truth ? "true" : "false";
      return;
    case Kind::real:
      out += std::isfinite(value.real) ? real_text(value.real) : '"' + real_text(value.real) + '"';
      return;
    case Kind::text:
    case Kind::dynamic:
      out += quote_json(value.text);
      return;
    default:
      out += '"' + text_of(value) + '"';
  }
}

void append_key(const Value& value, std::string& out) {
  out += static_cast<char>('a' + static_cast<int>(value.kind));
  const std::string text = value.kind == Kind::dynamic ? std::string(value.text) : text_of(value);
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

}  // namespace itsmc::sim::azure::kql
