#pragma once

#include <string>
#include <string_view>

namespace itsmc {

/// A web address taken apart and cleaned, or the reason why not. Not public: the layers above get
/// addresses from a checked Connection.
struct Url {
  std::string scheme;  // "https", lower case
  std::string host;    // lower case; IPv6 in brackets
  std::string port;    // empty: the scheme's own
  std::string path;    // "/adfs", no trailing slash; query and fragment are dropped
  std::string problem;

  [[nodiscard]] std::string origin() const { return scheme + "://" + host + port_suffix(); }
  [[nodiscard]] std::string port_suffix() const { return port.empty() ? "" : ":" + port; }
};

enum class PlainHttp { loopback_only, anywhere };

/// A text without a scheme is taken as https. Pure; never throws but for want of memory.
[[nodiscard]] Url parse_url(std::string_view text, PlainHttp plain);

}  // namespace itsmc
