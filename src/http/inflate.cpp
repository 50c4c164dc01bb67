#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <libdeflate.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {
namespace {

/// What simdjson wants behind its input.
constexpr std::size_t k_spare_bytes = 64;
constexpr std::size_t k_smallest_member = 18;  // RFC 1952: header 10, trailer 8
/// Deflate's best ratio: a trailer that promises more lies (zlib's technical details page).
constexpr std::size_t k_best_ratio = 1032;

using Decompressor =
    std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;

Error damaged(std::string_view why) {
  return {ErrorKind::protocol, fmt::format("the answer's gzip body is damaged: {}", why)};
}

Error oversized(std::size_t max_bytes) {
  return {ErrorKind::protocol,
          fmt::format("the answer's body is larger than {} bytes when inflated", max_bytes)};
}

/// Grows only: what is there already is not zeroed again, page after page.
void make_room(std::string& plain, std::size_t bytes) {
  if (plain.size() < bytes + k_spare_bytes) plain.resize(bytes + k_spare_bytes);
}

/// The plain size as the last member's trailer tells it (modulo 2^32), made believable.
std::size_t promised_size(std::string_view body, std::size_t max_bytes) {
  std::uint32_t size = 0;
  for (std::size_t i = 4; i-- > 0;) {
    size = (size << 8U) | static_cast<unsigned char>(body[body.size() - 4 + i]);
  }
  return std::min({static_cast<std::size_t>(size), body.size() * k_best_ratio, max_bytes});
}

/// One member's outcome: bytes read from the body and written behind `plain`'s first `done`.
struct Member {
  std::size_t read = 0, written = 0;
};

Member inflate_member(libdeflate_decompressor& decompressor, std::string_view rest,
                      std::string& plain, std::size_t done, std::size_t max_bytes) {
  for (;;) {
    Member member;
    const std::size_t room = std::min(plain.size() - k_spare_bytes, max_bytes) - done;
    const libdeflate_result result =
        libdeflate_gzip_decompress_ex(&decompressor, rest.data(), rest.size(), plain.data() + done,
                                      room, &member.read, &member.written);
    if (result == LIBDEFLATE_SUCCESS) return member;
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) throw damaged("its check sums do not match");
    if (done + room >= max_bytes) throw oversized(max_bytes);
    make_room(plain, std::min(std::max<std::size_t>(2 * (done + room), 4096), max_bytes));
  }
}

std::size_t inflate_members(std::string_view body, std::string& plain, std::size_t max_bytes) {
  const Decompressor decompressor(libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  if (!decompressor) throw Error(ErrorKind::unforeseen, "out of memory");
  std::size_t done = 0;
  while (!body.empty()) {
    if (body.size() < k_smallest_member) throw damaged("it is cut off");
    const Member member = inflate_member(*decompressor, body, plain, done, max_bytes);
    body.remove_prefix(member.read);
    done += member.written;
  }
  return done;
}

}  // namespace

std::string_view inflate(std::string_view body, std::string_view encoding, std::string& plain,
                         std::size_t max_bytes) {
  const std::string_view coding = trim(encoding);
  if (coding.empty() || iequals(coding, "identity")) {
    if (body.size() > max_bytes) throw oversized(max_bytes);
    // Copied, so that the page decoder finds its spare bytes whatever the encoding was.
    make_room(plain, body.size());
    std::memcpy(plain.data(), body.data(), body.size());
    return {plain.data(), body.size()};
  }
  if (!iequals(coding, "gzip") && !iequals(coding, "x-gzip")) {
    throw Error(ErrorKind::protocol,
                fmt::format("the answer's body is coded as \"{}\", not gzip", excerpt(coding, 40)));
  }
  // An empty gzip body is an empty body: proxies send Content-Encoding with nothing behind it.
  if (body.empty()) return {};
  if (body.size() < k_smallest_member) throw damaged("it is cut off");
  make_room(plain, promised_size(body, max_bytes));
  const std::size_t size = inflate_members(body, plain, max_bytes);  // may move the bytes
  return {plain.data(), size};
}

std::string_view plain_body(const Response& response, std::string& plain, std::size_t max_bytes) {
  return inflate(response.body, response.header("Content-Encoding").value_or(""), plain, max_bytes);
}

}  // namespace itsmc::http
