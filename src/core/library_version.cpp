#include "itsmc/core/library_version.hpp"

#include <utility>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/shared_library.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc {

LibraryVersion found_library(std::string name, const char* soname) {
  try {
    return {std::move(name), SharedLibrary(soname, "").file_name()};
  } catch (const Error&) {
    return {std::move(name), std::nullopt};
  }
}

std::vector<LibraryVersion> core_library_versions() {
  constexpr int k_fmt = FMT_VERSION;  // 90100 is 9.1.0
  return {{"fmt", fmt::format("{}.{}.{}", k_fmt / 10'000, k_fmt / 100 % 100, k_fmt % 100)},
          {"xxhash",
           fmt::format("{}.{}.{}", XXH_VERSION_MAJOR, XXH_VERSION_MINOR, XXH_VERSION_RELEASE)}};
}

}  // namespace itsmc
