#include "itsmc/client/versions.hpp"

#include "itsmc/core/error.hpp"
#include "itsmc/http/curl_version.hpp"
#include "itsmc/store/sqlite_version.hpp"

namespace itsmc::client {

std::vector<LibraryVersion> library_versions() {
  std::string curl;
  try {
    curl = http::curl_version_line();
  } catch (const Error& error) {
    curl = error.text();
  }
  return {{"curl", std::move(curl)}, {"sqlite", store::sqlite_version()}};
}

}  // namespace itsmc::client
