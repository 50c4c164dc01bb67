#include "itsmc/core/time.hpp"

#include <limits>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using namespace itsmc;
using namespace std::chrono_literals;

namespace {

Timestamp at(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

}  // namespace

TEST_CASE("RFC 3339 times are read with and without zone, fraction and time") {
  const std::vector<std::pair<std::string, std::int64_t>> cases{
      {"1970-01-01", 0},
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01 00:00:01", 1'000},
      {"1970-01-01t00:00:01z", 1'000},
      {"2026-11-22T18:50:09Z", 1'795'373'409'000},
      {"2026-11-22T18:50:09.123Z", 1'795'373'409'123},
      {"2026-11-22T18:50:09.1Z", 1'795'373'409'100},
      {"2026-11-22T18:50:09.123999Z", 1'795'373'409'123},
      {"2026-11-22T20:50:09.123+02:00", 1'795'373'409'123},
      {"2026-11-22T13:20:09-05:30", 1'795'373'409'000},
      {"2026-11-22T18:50:09-00:00", 1'795'373'409'000},
      {"1969-12-31T23:59:59.999Z", -1},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000},
      {"2000-02-29", 951'782'400'000},
      {"0000-01-01", -62'167'219'200'000},
      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
  };
  for (const auto& [text, milliseconds] : cases) {
    CAPTURE(text);
    CHECK(parse_rfc3339(text) == at(milliseconds));
  }
}

TEST_CASE("what is no RFC 3339 time is refused") {
  for (const std::string text : {"",
                                 "2026",
                                 "2026-11",
                                 "2026-11-22T",
                                 "2026-11-22T18:50",
                                 "2026-11-22T18:50:09.Z",
                                 "2026-11-22T18:50:09.+02:00",
                                 "2026-13-01",
                                 "2026-00-01",
                                 "2026-01-00",
                                 "2026-04-31",
                                 "2023-02-29",
                                 "1900-02-29",
                                 "2100-02-29",
                                 "2026-11-22T24:00:00Z",
                                 "2026-11-22T23:60:00Z",
                                 "2026-11-22T23:59:60Z",
                                 "2026-11-22T18:50:09+2:00",
                                 "2026-11-22T18:50:09+0200",
                                 "2026-11-22T18:50:09+24:00",
                                 "2026-11-22T18:50:09+02:60",
                                 "2026-11-22T18:50:09ZZ",
                                 "2026-11-22T18:50:09 Z",
                                 " 2026-11-22",
                                 "2026-11-22 ",
                                 "2026-11-22Z",
                                 "+026-11-22",
                                 "-026-11-22",
                                 "2026/11/22",
                                 "22-11-2026",
                                 "2026-1-2",
                                 "10000-01-01",
                                 "2026-11-22X18:50:09Z",
                                 "2026-11-22T18:50:09,5Z",
                                 "2026-11-22T-1:50:09Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
  CHECK_FALSE(parse_rfc3339(std::string_view("2026-11-22\0", 11)));
}

TEST_CASE("times are written with milliseconds only when there are any") {
  CHECK(format_rfc3339(at(0)) == "1970-01-01T00:00:00Z");
  CHECK(format_rfc3339(at(1'795'373'409'123)) == "2026-11-22T18:50:09.123Z");
  CHECK(format_rfc3339(at(1'795'373'409'007)) == "2026-11-22T18:50:09.007Z");
  CHECK(format_rfc3339(at(-1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("times beyond four digits of year are written as the nearest that can be") {
  CHECK(format_rfc3339(at(std::numeric_limits<std::int64_t>::max())) == "9999-12-31T23:59:59.999Z");
  CHECK(format_rfc3339(at(std::numeric_limits<std::int64_t>::min())) == "0000-01-01T00:00:00Z");
}

TEST_CASE("a time that was written is read again as the same") {
  std::mt19937_64 random(20260102);
  std::uniform_int_distribution<std::int64_t> any(-62'167'219'200'000, 253'402'300'799'999);
  for (int i = 0; i < 2'000; ++i) {
    const Timestamp time = at(any(random));
    CAPTURE(time.time_since_epoch().count());
    CHECK(parse_rfc3339(format_rfc3339(time)) == time);
  }
}

TEST_CASE("the three forms of an HTTP date are read") {
  const std::vector<std::pair<std::string, std::int64_t>> cases{
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784'111'777'000},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 784'111'777'000},
      {"Sun Nov  6 08:49:37 1994", 784'111'777'000},
      {"Wed Nov 16 08:49:37 1994", 784'975'777'000},
      {"Thu, 29 Feb 2024 00:00:00 GMT", 1'709'164'800'000},
      {"Thursday, 29-Feb-24 00:00:00 GMT", 1'709'164'800'000},
      {"Sat, 31 Dec 2016 23:59:60 GMT", 1'483'228'800'000},
      {"Thursday, 01-Jan-70 00:00:00 GMT", 0},
      {"Tuesday, 31-Dec-69 00:00:00 GMT", 3'155'673'600'000},
  };
  for (const auto& [text, milliseconds] : cases) {
    CAPTURE(text);
    CHECK(parse_http_date(text) == at(milliseconds));
  }
}

TEST_CASE("what is no HTTP date is refused") {
  for (const std::string text : {"",
                                 "120",
                                 "Sun",
                                 "Sun, ",
                                 "Sunday, ",
                                 "Sun, 06 Nov 1994 08:49:37",
                                 "Sun, 06 Nov 1994",
                                 "Sun, 06 Nov 1994 08:49:37 UTC",
                                 "Sun, 06 Nov 1994 08:49:37 GMT ",
                                 "Sun, 6 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 nov 1994 08:49:37 GMT",
                                 "Sun, 31 Nov 1994 08:49:37 GMT",
                                 "Sun, 29 Feb 2023 08:49:37 GMT",
                                 "Sun, 29 Feb 1900 08:49:37 GMT",
                                 "Sun, 00 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 24:00:00 GMT",
                                 "Sun, 06 Nov 1994 08:60:37 GMT",
                                 "Sun, 06 Nov 1994 08:49:61 GMT",
                                 "Sun, 06 Nov 94 08:49:37 GMT",
                                 "Sun, 06-Nov-94 08:49:37 GMT",
                                 "Sunday, 06 Nov 1994 08:49:37 GMT",
                                 "Sunday, 06-Nov-1994 08:49:37 GMT",
                                 "Sun Nov 6 08:49:37 1994",
                                 "Sun Nov  6 08:49:37 1994 ",
                                 "Sun Nov 06 08:49:37 94",
                                 "Sum, 06 Nov 1994 08:49:37 GMT",
                                 "1994-11-06T08:49:37Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("durations are read in their units") {
  const std::vector<std::pair<std::string, std::chrono::milliseconds>> cases{
      {"30s", 30s},
      {"5m", 5min},
      {"2h", 2h},
      {"1d", 24h},
      {"500ms", 500ms},
      {"1h30m", 90min},
      {"0s", 0s},
      {"1d2h3m4s5ms", 93'784'005ms},
      {"90m", 90min},
      {"007s", 7s},
      {"1m500ms", 60'500ms},
      {"9223372036854775807ms", std::chrono::milliseconds::max()},
  };
  for (const auto& [text, duration] : cases) {
    CAPTURE(text);
    CHECK(parse_duration(text) == duration);
  }
}

TEST_CASE("what is no duration, or too much of one, is refused") {
  for (const std::string text : {"",
                                 "30",
                                 "s",
                                 "-5s",
                                 "+5s",
                                 "1.5h",
                                 "5 s",
                                 " 5s",
                                 "5s ",
                                 "5S",
                                 "5x",
                                 "5mm",
                                 "5sm",
                                 "30m1h",
                                 "5m5m",
                                 "1s1s",
                                 "1h30",
                                 "9223372036854775808ms",
                                 "9223372036854775807s",
                                 "106751991168d",
                                 "99999999999999999999999h",
                                 "9223372036854775s9999ms"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("durations are told to people in two units at most") {
  const std::vector<std::pair<std::chrono::milliseconds, std::string>> cases{
      {0ms, "0s"},       {1ms, "1ms"},           {999ms, "999ms"},
      {45s, "45s"},      {1999ms, "1s"},         {60s, "1m"},
      {90s, "1m 30s"},   {3h + 12min, "3h 12m"}, {3h + 12min + 5s, "3h 12m"},
      {2h, "2h"},        {26h, "1d 2h"},         {24h * 400, "400d"},
      {-90s, "-1m 30s"},
  };
  for (const auto& [duration, text] : cases) CHECK(format_duration(duration) == text);
  CHECK(format_duration(std::chrono::milliseconds::min()) ==
        "-" + format_duration(std::chrono::milliseconds::max()));
}

TEST_CASE("a wait ends at once when a stop was requested") {
  std::stop_source stop;
  stop.request_stop();
  const auto began = system_clock().steady_now();
  CHECK_FALSE(system_clock().wait_for(std::chrono::hours(1), stop.get_token()));
  CHECK(system_clock().steady_now() - began < 1min);
}

TEST_CASE("a wait that has begun ends when a stop is requested") {
  std::stop_source stop;
  std::jthread stopper([&stop] { stop.request_stop(); });
  CHECK_FALSE(system_clock().wait_for(std::chrono::milliseconds::max(), stop.get_token()));
}

TEST_CASE("a wait of nothing or less is over at once") {
  CHECK(system_clock().wait_for(0ms, {}));
  CHECK(system_clock().wait_for(-5ms, {}));
}
