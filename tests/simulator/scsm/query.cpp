#include "scsm/query.hpp"

#include <algorithm>
#include <cctype>

#include "scsm/answers.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::scsm {
namespace {

constexpr std::string_view k_order = "lastModified asc,baseId asc";

// Cuts `head` off `text`; false and nothing cut when it does not begin so.
bool take(std::string_view& text, std::string_view head) {
  if (!text.starts_with(head)) return false;
  text.remove_prefix(head.size());
  return true;
}

std::optional<std::int64_t> take_time(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto time = parse_utc_ms(text.substr(0, end));
  text.remove_prefix(end);
  return time;
}

// lastModified ge T [and lastModified lt T], and nothing else.
bool read_window(std::string_view text, ListQuery& query) {
  if (!take(text, "lastModified ge ")) return false;
  query.from_ms = take_time(text);
  if (!query.from_ms) return false;
  if (text.empty()) return true;
  if (!take(text, " and lastModified lt ")) return false;
  query.until_ms = take_time(text);
  return query.until_ms && text.empty();
}

std::optional<Place> read_skip_token(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos || text.size() != comma + 37) return std::nullopt;
  const auto time = parse_utc_ms(text.substr(0, comma));
  if (!time) return std::nullopt;
  return Place{*time, std::string(text.substr(comma + 1))};
}

bool only_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Reply bad_option(std::string_view target, std::string_view message) {
  return error_reply(400, "badRequest", message, target);
}

// 'it''s' -> it's
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!take(text, "'")) return std::nullopt;
  std::string value;
  while (!text.empty()) {
    if (take(text, "''")) {
      value += '\'';
    } else if (take(text, "'")) {
      return value;
    } else {
      value += text.front();
      text.remove_prefix(1);
    }
  }
  return std::nullopt;
}

}  // namespace

ListQuery read_list_query(const Request& request) {
  ListQuery query;
  for (const auto& [name, value] : request.params) {
    if (name == "$filter") {
      if (!read_window(value, query)) {
        query.problem = bad_option(name, "Only lastModified ge T and lastModified lt T is known.");
      }
    } else if (name == "$orderby") {
      if (value != k_order) query.problem = bad_option(name, "The order is not supported.");
    } else if (name == "$top") {
      query.top = number_or(value, 0);
      if (!only_digits(value) || query.top < 1 || query.top > k_most_top) {
        query.problem = bad_option(name, "$top must be between 1 and 1000.");
      }
    } else if (name == "$skiptoken") {
      query.after = read_skip_token(value);
      if (!query.after) query.problem = bad_option(name, "The token is not one of this server.");
    } else if (name.starts_with("$")) {
      query.problem = bad_option(name, "The option is not supported.");
    }
  }
  return query;
}

NameFilter read_name_filter(std::string_view text) {
  NameFilter filter;
  while (true) {
    const bool display = take(text, "displayName eq ");
    if (!display && !take(text, "principalName eq ")) return {};
    const auto value = take_quoted(text);
    if (!value) return {};
    (display ? filter.display : filter.principal) = *value;
    if (text.empty()) break;
    if (!take(text, " or ")) return {};
  }
  filter.understood = true;
  return filter;
}

bool same_name(std::string_view left, std::string_view right) {
  return std::equal(
      left.begin(), left.end(), right.begin(), right.end(),
      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

std::optional<std::string> read_external_filter(std::string_view text) {
  if (!take(text, "externalId eq ")) return std::nullopt;
  auto value = take_quoted(text);
  return text.empty() ? value : std::nullopt;
}

std::string skip_token(const Place& place) {
  return rfc3339_text(place.modified_ms) + "," + place.base_id;
}

std::string percent_encoded(std::string_view text) {
  static constexpr char k_hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += k_hex[byte >> 4];
      out += k_hex[byte & 15];
    }
  }
  return out;
}

}  // namespace itsmc::sim::scsm
