#include "itsmc/http/library_versions.hpp"

#include <libdeflate.h>

#include "http/crypto_library.hpp"
#include "http/curl_library.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::http {
namespace {

std::optional<std::string> curl_line() {
  try {
    return curl_library().version();
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::vector<LibraryVersion> library_versions() {
  return {{"curl", curl_line()},
          found_library("libcrypto", k_libcrypto_soname),
          {"libdeflate", LIBDEFLATE_VERSION_STRING}};
}

}  // namespace itsmc::http
