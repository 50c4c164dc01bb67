#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_service.hpp"

using namespace itsmc;
using namespace itsmc::partners::cherwell;
using nlohmann::json;
using std::chrono::minutes;

namespace {

TimeValue ms(const char* utc) {
  return parse_rfc3339(utc)->time_since_epoch().count();
}

}  // namespace

TEST_CASE("Cherwell's dates are read in every spelling that was seen", "[partners][cherwell]") {
  using Kind = LocalTime::Kind;
  struct Case {
    const char* text;
    Kind kind;
    const char* shows;  // as if the server's zone were UTC
  };
  const Case cases[] = {
      {"4/28/2019 1:55:55 PM", Kind::time, "2019-04-28T13:55:55Z"},
      {"4/28/2019 1:57 PM", Kind::time, "2019-04-28T13:57:00Z"},
      {"04/28/2019 10:52:09 AM", Kind::time, "2019-04-28T10:52:09Z"},
      {"12/31/1999 12:00:00 AM", Kind::time, "1999-12-31T00:00:00Z"},
      {"12/31/1999 12:30:00 PM", Kind::time, "1999-12-31T12:30:00Z"},
      {"2/29/2024 11:59:59 pm", Kind::time, "2024-02-29T23:59:59Z"},
      {"4/28/2019 13:57", Kind::time, "2019-04-28T13:57:00Z"},
      {"4/28/2019", Kind::time, "2019-04-28T00:00:00Z"},
      {"4/28/2019 1:55:55\xE2\x80\xAFPM", Kind::time, "2019-04-28T13:55:55Z"},
      {"", Kind::none, ""},
      {"1/1/1900 12:00:00 AM", Kind::none, ""},
      {"1/1/1900", Kind::none, ""},
      {"0001-01-01T00:00:00", Kind::none, ""},
      {"1/1/0001 12:00:00 AM", Kind::none, ""},
      {"28.04.2019 13:57", Kind::unreadable, ""},
      {"13/28/2019 1:57 PM", Kind::unreadable, ""},
      {"2/29/2023 1:57 PM", Kind::unreadable, ""},
      {"4/28/2019 13:57 PM", Kind::unreadable, ""},
      {"4/28/2019 0:57 AM", Kind::unreadable, ""},
      {"4/28/2019 1:60 PM", Kind::unreadable, ""},
      {"4/28/2019 1:57 PM UTC", Kind::unreadable, ""},
      {"4/28/2019 1:57 XM", Kind::unreadable, ""},
      {"4/28/2019 ", Kind::time, "2019-04-28T00:00:00Z"},
      {"yesterday", Kind::unreadable, ""},
      {"4/28", Kind::unreadable, ""},
      {"/", Kind::unreadable, ""},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const LocalTime read = parse_local_time(c.text);
    CHECK(read.kind == c.kind);
    if (c.kind == Kind::time) CHECK(read.ms == ms(c.shows));
  }
}

TEST_CASE("What a filter takes is read back as the same time", "[partners][cherwell]") {
  CHECK(format_local_time(ms("2019-04-28T10:52:09Z")) == "04/28/2019 10:52:09 AM");
  CHECK(format_local_time(ms("2019-04-28T00:00:00Z")) == "04/28/2019 12:00:00 AM");
  CHECK(format_local_time(ms("2019-04-28T12:00:00Z")) == "04/28/2019 12:00:00 PM");
  CHECK(format_local_time(ms("1969-12-31T23:59:59Z") + 999) == "12/31/1969 11:59:59 PM");
  for (TimeValue time = ms("2024-02-28T22:00:00Z"); time < ms("2024-03-02T00:00:00Z");
       time += 997'000) {
    const LocalTime read = parse_local_time(format_local_time(time));
    CHECK(read.kind == LocalTime::Kind::time);
    CHECK(read.ms == time);
  }
}

TEST_CASE("An offset from UTC is read in the spellings of .NET", "[partners][cherwell]") {
  const std::pair<const char*, std::optional<minutes>> cases[] = {
      {"-05:00:00", minutes(-300)},
      {"05:30:00", minutes(330)},
      {"+05:30", minutes(330)},
      {"-0500", minutes(-300)},
      {"-5", minutes(-300)},
      {"00:00:00", minutes(0)},
      {"00:00:00.0000000", minutes(0)},
      {"UTC+02:00", minutes(120)},
      {"UTC", minutes(0)},
      {"Z", minutes(0)},
      {"", std::nullopt},
      {"-", std::nullopt},
      {"+15:00", std::nullopt},
      {"+05:61", std::nullopt},
      {"Eastern Standard Time", std::nullopt},
      {"-05:00:00 or so", std::nullopt},
  };
  for (const auto& [text, offset] : cases) {
    INFO(text);
    CHECK(parse_utc_offset(text) == offset);
  }
  CHECK(format_offset(minutes(-330)) == "-05:30");
  CHECK(format_offset(minutes(60)) == "+01:00");
}

TEST_CASE("The offset comes from whatever serviceinfo tells of it", "[partners][cherwell]") {
  const Timestamp served = *parse_rfc3339("2019-04-28T15:52:09Z");
  struct Case {
    json answer;
    std::optional<minutes> offset;
    const char* source;
  };
  const Case cases[] = {
      {{{"systemUtcOffset", "-05:00:00"}, {"systemDateTime", "2019-04-28T15:52:09Z"}},
       minutes(-300),
       "systemUtcOffset"},
      {{{"systemDateTime", "2019-04-28T10:52:09.1234567-05:00"}}, minutes(-300), "systemDateTime"},
      {{{"systemDateTime", "2019-04-28T10:52:31.1234567"}}, minutes(-300), "systemDateTime"},
      {{{"systemDateTime", "4/28/2019 9:22:00 PM"}}, minutes(330), "systemDateTime"},
      {{{"systemUtcOffset", "?"}, {"systemDateTime", "2019-04-28T17:52:00"}},
       minutes(120),
       "systemDateTime"},
      // Already UTC: says nothing of the zone.
      {{{"systemDateTime", "2019-04-28T15:52:09Z"}, {"timeZone", {{"BaseUtcOffset", "-06:00:00"}}}},
       minutes(-360),
       "timeZone"},
      {{{"systemDateTime", "2001-01-01T00:00:00"}}, std::nullopt, ""},
      {{{"apiVersion", "9.3.2"}, {"timeZone", "opaque"}}, std::nullopt, ""},
      {json::array(), std::nullopt, ""},
  };
  for (const Case& c : cases) {
    INFO(c.answer.dump());
    const ServiceInfo info = parse_service_info(c.answer, served);
    CHECK(info.utc_offset == c.offset);
    CHECK(info.offset_source == c.source);
  }
  CHECK(parse_service_info({{"apiVersion", "9.7.0"}}, served).api_version == "9.7.0");
}
