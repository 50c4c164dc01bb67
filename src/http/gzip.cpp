#include <memory>

#include <libdeflate.h>

#include "itsmc/core/error.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {
namespace {

constexpr int k_level = 1;

using Compressor = std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)>;

}  // namespace

std::string gzip(std::string_view plain) {
  const Compressor compressor(libdeflate_alloc_compressor(k_level), &libdeflate_free_compressor);
  if (!compressor) throw Error(ErrorKind::unforeseen, "no memory to compress an upload");
  std::string packed(libdeflate_gzip_compress_bound(compressor.get(), plain.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor.get(), plain.data(), plain.size(),
                                         packed.data(), packed.size()));
  if (packed.empty()) throw Error(ErrorKind::unforeseen, "an upload could not be compressed");
  return packed;
}

}  // namespace itsmc::http
