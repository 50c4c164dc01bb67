#pragma once

#include <string>
#include <string_view>

namespace itsmc::partners::odata {

/// The way to the next page, or the reason why it may not be gone.
struct NextLink {
  std::string url;  // whole, its bytes as the server gave them
  std::string problem;
};

/// A page's next link: absolute, or relative to the address of the page that carried it. It is
/// opaque (provance reference 4: the cookie within is percent-encoded twice), so nothing in it is
/// decoded. It must lead to the host that `page_url` is on: the bearer token goes with it. Pure.
[[nodiscard]] NextLink resolve_next_link(std::string_view page_url, std::string_view link);

/// "https://org.crm.dynamics.com" of a whole address, lower case, without the scheme's own port;
/// empty when it is none.
[[nodiscard]] std::string origin_of(std::string_view url);

}  // namespace itsmc::partners::odata
