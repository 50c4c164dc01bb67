#include "partners/odata_link.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"

namespace itsmc::partners::odata {
namespace {

/// What would end the request line, or mean another thing to the next who reads it.
bool is_sendable(std::string_view link) {
  return std::all_of(link.begin(), link.end(),
                     [](char c) { return c > ' ' && c < '\x7F' && c != '\\' && c != '#'; });
}

/// "https://host/a/b" of "https://host/a/b/c?x=/y": where relative links begin.
std::string_view directory_of(std::string_view url) {
  const std::string_view path = url.substr(0, url.find('?'));
  return path.substr(0, path.rfind('/'));
}

bool has_scheme(std::string_view link) {
  const std::size_t end = link.find("://");
  return end != std::string_view::npos && end < link.find_first_of("/?");
}

}  // namespace

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::size_t end = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  std::string origin = to_lower(url.substr(0, end));
  const std::string_view own_port = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(own_port)) origin.resize(origin.size() - own_port.size());
  return origin;
}

NextLink resolve_next_link(std::string_view page_url, std::string_view link) {
  if (link.empty() || !is_sendable(link)) return {{}, "the next link is not an address"};
  const std::string origin = origin_of(page_url);
  std::string whole(link);
  if (link.starts_with("//")) {
    whole = fmt::format("{}{}", origin.substr(0, origin.find("//")), link);
  } else if (link.starts_with('/')) {
    whole = origin + whole;
  } else if (!has_scheme(link)) {
    whole = fmt::format("{}/{}", directory_of(page_url), link);
  }
  if (origin_of(whole) == origin) return {std::move(whole), {}};
  return {{},
          fmt::format("the next link leads to {}, which is not the host of the connection",
                      excerpt(origin_of(whole), 100))};
}

}  // namespace itsmc::partners::odata
