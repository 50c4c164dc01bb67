#include "partners/window_parts.hpp"

#include <catch2/catch.hpp>

namespace itsmc::partners {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr Timestamp k_from{milliseconds(1'762'128'000'123)};

TEST_CASE("a window's parts follow one another and are the window", "[partners][window]") {
  struct Case {
    std::chrono::milliseconds length;
    int wanted;
    std::size_t parts;
  };
  const auto c = GENERATE_COPY(values<Case>({{hours(24), 4, 4},
                                             {hours(24 * 120) + milliseconds(7), 16, 16},
                                             {hours(24), 1, 1},
                                             {hours(24), 0, 1},
                                             {hours(24) - milliseconds(1), 4, 1},
                                             {milliseconds(0), 4, 1}}));
  const Window window{.from = k_from, .until = k_from + c.length};
  const std::vector<Window> parts = parts_of(window, c.wanted);
  REQUIRE(parts.size() == c.parts);
  CHECK(parts.front().from == window.from);
  CHECK(parts.back().until == window.until);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    CHECK(parts[i - 1].until == parts[i].from);
    CHECK(parts[i].from.time_since_epoch() % std::chrono::seconds(1) == milliseconds(0));
    CHECK(parts[i].from > parts[i - 1].from);
  }
}

TEST_CASE("a window without an upper end is one part", "[partners][window]") {
  const std::vector<Window> parts = parts_of({.from = k_from, .until = {}}, 4);
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].from == k_from);
  CHECK(!parts[0].until);
}

}  // namespace
}  // namespace itsmc::partners
