#include <catch2/catch.hpp>
#include <libdeflate.h>

#include "itsmc/core/error.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {
namespace {

std::string gzip(std::string_view plain) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string packed(libdeflate_gzip_compress_bound(compressor, plain.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor, plain.data(), plain.size(), packed.data(),
                                         packed.size()));
  libdeflate_free_compressor(compressor);
  return packed;
}

std::string sample(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i)
    text += "{\"number\":" + std::to_string(i) + "}";
  text.resize(bytes);
  return text;
}

ErrorKind kind_of_failure(std::string_view body, std::string_view encoding, std::size_t max) {
  std::string plain;
  try {
    (void)inflate(body, encoding, plain, max);
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::unforeseen;
}

TEST_CASE("inflate gives the plain bytes with 64 spare ones behind them") {
  std::string plain;
  for (const std::size_t size : {0U, 1U, 17U, 1000U, 1'000'000U, 40U}) {
    CAPTURE(size);
    const std::string text = sample(size);
    for (const char* encoding : {"", "identity"}) {
      const auto view = inflate(text, encoding, plain);
      CHECK(view == text);
      CHECK(view.data() + view.size() + 64 <= plain.data() + plain.size());
    }
    for (const char* encoding : {"gzip", "x-gzip", " GZip "}) {
      const auto view = inflate(gzip(text), encoding, plain);
      CHECK(view == text);
      CHECK(view.data() + view.size() + 64 <= plain.data() + plain.size());
    }
  }
}

TEST_CASE("inflate reads a body of several members") {
  const std::string body = gzip(sample(100'000)) + gzip("") + gzip(sample(7));
  std::string plain;
  CHECK(inflate(body, "gzip", plain) == sample(100'000) + sample(7));
}

TEST_CASE("inflate does not believe the size that the trailer promises") {
  std::string body = gzip(sample(5000));
  body.replace(body.size() - 4, 4, "\xFF\xFF\xFF\xFF");
  std::string plain;
  CHECK(kind_of_failure(body, "gzip", 512U << 20U) == ErrorKind::protocol);
  CHECK_THROWS_AS(inflate(body, "gzip", plain), Error);
  CHECK(plain.size() < 10U << 20U);
}

TEST_CASE("inflate refuses what is damaged, cut off, too large or coded otherwise") {
  const std::string whole = gzip(sample(5000));
  std::string flipped = whole;
  flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 0x55);
  const std::size_t max = 1U << 20U;
  CHECK(kind_of_failure(flipped, "gzip", max) == ErrorKind::protocol);
  for (std::size_t length = 1; length < whole.size(); ++length) {
    CHECK(kind_of_failure(whole.substr(0, length), "gzip", max) == ErrorKind::protocol);
  }
  CHECK(kind_of_failure(whole + "x", "gzip", max) == ErrorKind::protocol);
  CHECK(kind_of_failure(whole + std::string(30, 'x'), "gzip", max) == ErrorKind::protocol);
  CHECK(kind_of_failure("{\"result\":[]}{\"result\":[]}", "gzip", max) == ErrorKind::protocol);
  CHECK(kind_of_failure(whole, "gzip", 4999) == ErrorKind::protocol);
  CHECK(kind_of_failure(sample(100), "", 99) == ErrorKind::protocol);
  CHECK(kind_of_failure(whole, "br", max) == ErrorKind::protocol);
}

TEST_CASE("inflate takes a body of exactly the largest size") {
  std::string plain;
  CHECK(inflate(gzip(sample(5000)), "gzip", plain, 5000).size() == 5000);
}

}  // namespace
}  // namespace itsmc::http
