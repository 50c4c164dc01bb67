// Which function answers which route.
#pragma once
#include <optional>
#include <string_view>

#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

using Handler = Reply (*)(Site&, const Call&);

struct Path {
  std::string release;  // "v1"
  std::string name;     // lower case
  Fields arguments;     // "busobid" -> ".."
};

// "v1/getbusinessobject/busobid/6dd5../publicid/102328"; the names in any case.
Path parse_path(std::string_view path);
// nullptr when there is no such route for that method and release.
Handler find_handler(std::string_view method, const Path& path);

}  // namespace itsmc::sim::cherwell
