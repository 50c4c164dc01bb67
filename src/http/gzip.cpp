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
  // Not filled with zeros: only what is written costs pages, and that is a fifth of the bound.
  const std::size_t bound = libdeflate_gzip_compress_bound(compressor.get(), plain.size());
  const auto room = std::make_unique_for_overwrite<char[]>(bound);
  std::string packed(room.get(), libdeflate_gzip_compress(compressor.get(), plain.data(),
                                                          plain.size(), room.get(), bound));
  if (packed.empty()) throw Error(ErrorKind::unforeseen, "an upload could not be compressed");
  return packed;
}

}  // namespace itsmc::http
