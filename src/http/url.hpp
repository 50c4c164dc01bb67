#pragma once

#include <string_view>

namespace itsmc::http {

/// The parts of an absolute url, as views of it. Lenient: whatever is not there is empty. Pure.
struct UrlParts {
  std::string_view scheme;     // "https"
  std::string_view authority;  // "example.com:8443", without user information
  std::string_view host;       // "example.com", an IPv6 address without brackets
  std::string_view path;       // "/api?x=1": path and query
};
[[nodiscard]] UrlParts split_url(std::string_view url) noexcept;

}  // namespace itsmc::http
