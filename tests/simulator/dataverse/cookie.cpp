// The paging cookie: the last values of the ordering columns, so that rows which change between two
// pages neither shift others nor hide them (provance reference 4).
#include <fmt/format.h>

#include "dataverse/query.hpp"
#include "dataverse/refusal.hpp"

namespace itsmc::sim::dataverse {
namespace {

[[noreturn]] void damaged() {
  throw Refusal(400, k_bad_argument, "Malformed XML in the Paging Cookie");
}

bool keeps(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '!' || c == '*' || c == '(' || c == ')';
}

// Percent-encoded with lower-case digits, as the cookie is inside of its attribute.
std::string encoded_inside(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (keeps(c))
      out += c;
    else
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

// What the link's query needs: the cookie's own percent signs become %25.
std::string encoded_outside(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '=' || c == '/' || keeps(c))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  // Recorded in lower case behind the second percent sign.
  return out;
}

std::string upper(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

std::string text_of(const Value& value, Kind kind) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return kind == Kind::date ? date_text(*number) : std::to_string(*number);
  }
  if (const auto* guid = std::get_if<Guid>(&value)) return "{" + upper(guid->text()) + "}";
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : std::string();
}

Value value_from(const std::string& text, Kind kind) {
  switch (kind) {
    case Kind::text:
    case Kind::memo:
      return text;
    case Kind::key:
    case Kind::lookup: {
      const auto guid = parse_guid(text);
      if (!guid) damaged();
      return *guid;
    }
    case Kind::date: {
      const auto date = read_date(text);
      if (!date) damaged();
      return *date;
    }
    default:
      return number_or(text, 0);
  }
}

// <modifiedon last="2025-11-03T00:00:05Z" />; a null has lastnull="1" instead.
std::string element(const std::string& name, const Value& value, Kind kind) {
  if (is_null(value)) return fmt::format("<{} lastnull=\"1\" firstnull=\"1\" />", name);
  return fmt::format("<{} last=\"{}\" />", name, encoded_inside(text_of(value, kind)));
}

std::string attribute(std::string_view xml, std::string_view from, std::string_view name) {
  const auto begin = xml.find(from);
  if (begin == std::string_view::npos) damaged();
  const auto end = xml.find("/>", begin);
  const auto part = xml.substr(begin, end == std::string_view::npos ? end : end - begin);
  const std::string mark = " " + std::string(name) + "=\"";
  const auto at = part.find(mark);
  if (at == std::string_view::npos) return "\x01";
  const auto value = part.substr(at + mark.size());
  return decode_query(value.substr(0, value.find('"')));
}

}  // namespace

std::string skip_token(const Cursor& cursor, const Query& query, const Schema& schema) {
  std::string inner = fmt::format("<cookie page=\"{}\">", cursor.page - 1);
  for (std::size_t i = 0; i < query.orders.size(); ++i) {
    const Column& column = schema.columns[query.orders[i].column];
    if (column.kind == Kind::key) continue;
    inner += element(column.name, cursor.last[i], column.kind);
  }
  inner += fmt::format("<{0} last=\"{{{1}}}\" first=\"{{{1}}}\" /></cookie>", schema.key,
                       upper(cursor.id.text()));
  const bool tracks = cursor.tracking > 0;
  const std::string since = tracks ? fmt::format(" since=\"{}\"", cursor.tracking) : "";
  return encoded_outside(
      fmt::format("<cookie pagenumber=\"{}\" pagingcookie=\"{}\" istracking=\"{}\"{} />",
                  cursor.page, encoded_inside(inner), tracks ? "True" : "False", since));
}

Cursor read_skip_token(std::string_view token, const std::vector<Order>& orders,
                       const Schema& schema) {
  // A client that decoded the link and encoded it again has lost one level: the cookie's own
  // brackets and quotes then stand in the attribute.
  constexpr std::string_view k_head = "<cookie pagenumber=\"";
  constexpr std::string_view k_cookie = "\" pagingcookie=\"";
  if (!token.starts_with(k_head) || !token.ends_with(" />")) damaged();
  Cursor cursor;
  cursor.page = static_cast<std::size_t>(number_or(token.substr(k_head.size()), 0));
  const auto begin = token.find(k_cookie);
  if (begin == std::string_view::npos || cursor.page < 2) damaged();
  const auto raw = token.substr(begin + k_cookie.size());
  const auto close = raw.find('"');
  if (close == std::string_view::npos) damaged();
  if (raw.substr(0, close).find_first_of("<> ") != std::string_view::npos) damaged();
  const std::string inner = decode_query(raw.substr(0, close));
  if (!inner.ends_with("</cookie>")) damaged();
  const auto id = parse_guid(attribute(inner, "<" + schema.key + " ", "last"));
  if (!id) damaged();
  cursor.id = *id;
  constexpr std::string_view k_since = " since=\"";
  const auto since = raw.find(k_since, close);
  if (since != std::string_view::npos) {
    cursor.tracking = static_cast<std::uint64_t>(number_or(raw.substr(since + k_since.size()), 0));
  }
  for (const auto& order : orders) {
    const Column& column = schema.columns[order.column];
    if (column.kind == Kind::key) {
      cursor.last.emplace_back(cursor.id);
      continue;
    }
    const std::string text = attribute(inner, "<" + column.name + " ", "last");
    cursor.last.push_back(text == "\x01" ? Value{} : value_from(text, column.kind));
  }
  return cursor;
}

}  // namespace itsmc::sim::dataverse
