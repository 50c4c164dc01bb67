#include "shared/compress.hpp"

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include <libdeflate.h>
#include <lzma.h>

namespace itsmc::sim {
namespace {

std::string inflate_xz(const std::string& packed, const std::string& path) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, UINT64_MAX, LZMA_CONCATENATED) != LZMA_OK) {
    throw std::runtime_error("cannot start reading xz");
  }
  const std::unique_ptr<lzma_stream, decltype(&lzma_end)> guard(&stream, lzma_end);
  std::string out;
  std::string piece(1 << 20, '\0');
  stream.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
  stream.avail_in = packed.size();
  lzma_ret result = LZMA_OK;
  while (result == LZMA_OK) {
    stream.next_out = reinterpret_cast<std::uint8_t*>(piece.data());
    stream.avail_out = piece.size();
    result = lzma_code(&stream, LZMA_FINISH);
    out.append(piece, 0, piece.size() - stream.avail_out);
  }
  if (result != LZMA_STREAM_END) throw std::runtime_error("damaged xz file '" + path + "'");
  return out;
}

}  // namespace

std::string gzip(std::string_view bytes, int level) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> packer(
      libdeflate_alloc_compressor(level), libdeflate_free_compressor);
  std::string out(libdeflate_gzip_compress_bound(packer.get(), bytes.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(packer.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  out.shrink_to_fit();
  return out;
}

Gunzipped gunzip(std::string_view packed, std::size_t most) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> unpacker(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  Gunzipped out;
  std::size_t room = std::min(most, packed.size() * 8 + 4096);
  while (true) {
    out.bytes.resize(room);
    std::size_t size = 0;
    const auto result = libdeflate_gzip_decompress(unpacker.get(), packed.data(), packed.size(),
                                                   out.bytes.data(), room, &size);
    if (result == LIBDEFLATE_SUCCESS) {
      out.bytes.resize(size);
      return out;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return {{}, GunzipProblem::damaged};
    if (room >= most) return {{}, GunzipProblem::too_large};
    room = std::min(most, room * 4);
  }
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read '" + path + "'");
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::string read_xz_file(const std::string& path) {
  std::string bytes = read_file(path);
  return bytes.starts_with(
             "\xfd"
             "7zXZ")
             ? inflate_xz(bytes, path)
             : bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write '" + path + "'");
}

}  // namespace itsmc::sim
