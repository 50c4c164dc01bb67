#include "client/certificate_file.hpp"

#include <string>
#include <string_view>

#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::client {
namespace {

constexpr std::string_view k_certificate = "-----BEGIN CERTIFICATE-----";

std::size_t certificates_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(k_certificate); at != std::string_view::npos;
       at = text.find(k_certificate, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

std::size_t certificates_of(const std::filesystem::path& file) {
  try {
    return certificates_in(read_file(file).value_or(std::string()));
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace itsmc::client
