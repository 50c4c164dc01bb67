#include "itsmc/partners/library_versions.hpp"

#include <fmt/format.h>
#include <simdjson.h>

namespace itsmc::partners {

std::vector<LibraryVersion> library_versions() {
  return {{"simdjson", fmt::format("{}.{}.{}", static_cast<int>(simdjson::SIMDJSON_VERSION_MAJOR),
                                   static_cast<int>(simdjson::SIMDJSON_VERSION_MINOR),
                                   static_cast<int>(simdjson::SIMDJSON_VERSION_REVISION))}};
}

}  // namespace itsmc::partners
