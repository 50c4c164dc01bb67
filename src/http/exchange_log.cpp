#include "http/exchange_log.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/url.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

constexpr std::array<std::string_view, 10> k_harmless_headers{
    "content-type", "content-encoding",  "date",          "retry-after",
    "location",     "x-ratelimit-limit", "x-total-count", "x-ratelimit-remaining",
    "server",       "x-is-logged-in"};
constexpr std::array<std::string_view, 9> k_harmless_parameters{
    "$top",   "$select",     "$orderby", "$filter", "$expand",
    "$count", "api-version", "timespan", "resource"};
constexpr std::size_t k_most_header_bytes = 200;

/// `name` as it stands in the url; one that is escaped otherwise than "$" is not known.
bool is_harmless_parameter(std::string_view written) {
  constexpr std::string_view k_dollar = "%24";
  std::string name(written);
  if (name.starts_with(k_dollar)) name.replace(0, k_dollar.size(), "$");
  return name.starts_with("sysparm_") ||
         std::find(k_harmless_parameters.begin(), k_harmless_parameters.end(), name) !=
             k_harmless_parameters.end();
}

std::string masked_query(std::string_view query) {
  std::vector<std::string> shown;
  for (const std::string& pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    const bool open = equals == std::string::npos || is_harmless_parameter(pair.substr(0, equals));
    shown.push_back(open ? pair : pair.substr(0, equals) + "=***");
  }
  return join(shown, "&");
}

}  // namespace

std::string logged_request(const Request& request) {
  const UrlParts parts = split_url(request.url);
  const std::size_t mark = parts.path.find('?');
  std::string text =
      fmt::format("{} {}{}", request.method, parts.authority, parts.path.substr(0, mark));
  if (mark != std::string_view::npos) text += '?' + masked_query(parts.path.substr(mark + 1));
  return text;
}

std::string logged_response(const Response& response) {
  std::string text = fmt::format("{}, {} bytes", response.status, response.body.size());
  for (const std::string_view name : k_harmless_headers) {
    const auto value = response.header(name);
    if (!value) continue;
    // Where a redirect leads is of interest, what it hands over (codes, states) is not.
    const std::string_view shown = name == "location" ? value->substr(0, value->find('?')) : *value;
    text += fmt::format(", {}: {}", name, excerpt(shown, k_most_header_bytes));
  }
  return text;
}

}  // namespace itsmc::http
