#include <catch2/catch.hpp>

#include "shared/clock.hpp"
#include "shared/compress.hpp"
#include "shared/message.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::test {

TEST_CASE("dates go both ways") {
  const std::vector<std::pair<std::string, std::int64_t>> table{
      {"1970-01-01 00:00:00", 0},
      {"2000-02-29 23:59:59", 951868799},
      {"2016-06-10 12:00:00", 1465560000},
      {"1969-12-31 23:59:59", -1},
      {"2100-03-01 00:00:00", 4107542400}};
  for (const auto& [text, seconds] : table) {
    CHECK(parse_utc(text) == seconds);
    CHECK(utc_text(seconds) == text);
  }
  CHECK(parse_utc("2016-06-10 12:00") == 1465560000);
  CHECK(parse_utc("2016-06-10T12:00:00Z") == 1465560000);
  CHECK(parse_utc("2016-06-10") == 1465516800);
  for (const char* bad : {"", "now", "10/06/2016 12:00", "2016-13-01", "2016-06-10 25:00"}) {
    INFO(bad);
    CHECK_FALSE(parse_utc(bad).has_value());
  }
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("queries and base64 are decoded") {
  const Fields fields = parse_query("a=1&b=%26%3D+x&c&=d");
  REQUIRE(fields.size() == 4);
  CHECK(fields[1].value == "&= x");
  CHECK(fields[2].name == "c");
  for (const char* text : {"", "a", "ab", "abc", "user:pass word+&%=\xc3\xa9"}) {
    CHECK(decode_base64(encode_base64(text)) == text);
  }
  CHECK(decode_base64("???").empty());
  CHECK(quote_json("a\"b\\c\n\x01") == "\"a\\\"b\\\\c\\n\\u0001\"");
}

TEST_CASE("sys_ids are 32 hex digits and well spread") {
  std::array<int, 16> firsts{};
  for (int i = 0; i < 1600; ++i) {
    const std::string id = hex_id("incident/" + std::to_string(i));
    REQUIRE(id.size() == 32);
    REQUIRE(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    ++firsts[id[0] <= '9' ? static_cast<std::size_t>(id[0] - '0')
                          : static_cast<std::size_t>(id[0] - 'a' + 10)];
  }
  for (const int count : firsts) CHECK((count > 60 && count < 140));
}

TEST_CASE("gzip makes a gzip member") {
  const std::string packed = gzip("hello hello hello", 2);
  REQUIRE(packed.size() > 18);
  CHECK(packed.substr(0, 2) == "\x1f\x8b");
}

}  // namespace itsmc::sim::test
