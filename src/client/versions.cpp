#include "itsmc/client/versions.hpp"

#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/config/library_versions.hpp"
#include "itsmc/http/library_versions.hpp"
#include "itsmc/partners/library_versions.hpp"
#include "itsmc/store/sqlite_version.hpp"

namespace itsmc::client {

std::vector<LibraryVersion> library_versions() {
  std::vector<LibraryVersion> all = http::library_versions();
  const auto append = [&all](std::vector<LibraryVersion> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  all.push_back({"sqlite", store::sqlite_version()});
  all.push_back(
      {"nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                    NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)});
  append(partners::library_versions());
  append(config::library_versions());
  append(core_library_versions());
  return all;
}

}  // namespace itsmc::client
