#include "http/url.hpp"

namespace itsmc::http {
namespace {

std::string_view host_in(std::string_view authority) noexcept {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    return authority.substr(1, end == std::string_view::npos ? end : end - 1);
  }
  return authority.substr(0, authority.find(':'));
}

}  // namespace

UrlParts split_url(std::string_view url) noexcept {
  UrlParts parts;
  const std::size_t mark = url.find("://");
  if (mark != std::string_view::npos) {
    parts.scheme = url.substr(0, mark);
    url.remove_prefix(mark + 3);
  }
  const std::size_t end = url.find_first_of("/?#");
  parts.authority = url.substr(0, end);
  if (end != std::string_view::npos) parts.path = url.substr(end);
  const std::size_t at = parts.authority.rfind('@');
  if (at != std::string_view::npos) parts.authority.remove_prefix(at + 1);
  parts.host = host_in(parts.authority);
  return parts;
}

}  // namespace itsmc::http
