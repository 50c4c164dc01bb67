#include "itsmc/config/library_versions.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "config/keyring_library.hpp"

namespace itsmc::config {

std::vector<LibraryVersion> library_versions() {
  return {{"tomlplusplus", fmt::format("{}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH)},
          found_library("libsecret", k_libsecret_soname)};
}

}  // namespace itsmc::config
