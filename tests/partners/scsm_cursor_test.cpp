#include "partners/scsm_cursor.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners::scsm;

TEST_CASE("A place survives being stored, its link byte by byte", "[partners][scsm]") {
  for (const Place& place :
       {Place{}, Place{.link = "https://x.example/a?$skiptoken=%253c\"\\", .time = 5, .resumed = 4},
        Place{.link = {}, .time = 1527840930123, .resumed = {}},
        Place{.link = "l", .time = 5, .resumed = {}, .part = {.from = 3, .until = {}}},
        Place{.part = {.from = 3, .until = 9}}}) {
    CHECK(parse_cursor(to_cursor(place)) == place);
  }
}

TEST_CASE("What is no place is damaged", "[partners][scsm]") {
  for (const char* text :
       {"", "{", "nonsense", "[]", "{}", R"({"v":99})", R"({"v":"1"})", R"({"v":1,"link":7})"}) {
    CAPTURE(text);
    CHECK(test::error_of([&] { (void)parse_cursor(text); }).kind() == ErrorKind::damaged);
  }
}

TEST_CASE("A refused link is replaced by the time of the last row, once", "[partners][scsm]") {
  const Place stood{.link = "https://x.example/a", .time = 500, .resumed = {}};
  const Place again = resume(stood, 100);
  CHECK(again == Place{.link = {}, .time = 500, .resumed = 500});
  CHECK(resume(Place{.link = "l", .time = {}, .resumed = {}}, 100).time == 100);
  CHECK(resume(Place{.link = "l"}, 100).time == 100);
  // The first pages after it repeat the instant; while they do, another refusal is final.
  const Place same = after_page(again, 500, "https://x.example/b");
  CHECK(test::error_of([&] { (void)resume(same, 100); }).kind() == ErrorKind::protocol);
  const Place further = after_page(same, 501, "https://x.example/c");
  CHECK_FALSE(further.resumed);
  CHECK(resume(further, 100).time == 501);
}

TEST_CASE("A place stays in its part of the window", "[partners][scsm]") {
  const Place stood{.link = "a", .time = 500, .resumed = {}, .part = {.from = 400, .until = 900}};
  CHECK(resume(stood, 400).part == stood.part);
  CHECK(after_page(stood, 600, "b").part == stood.part);
}

TEST_CASE("An empty page moves the link, not the time", "[partners][scsm]") {
  const Place next = after_page({.link = "a", .time = 500, .resumed = {}}, k_no_time, "b");
  CHECK(next == Place{.link = "b", .time = 500, .resumed = {}});
}
