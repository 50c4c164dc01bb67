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
  const std::vector<WindowPart> parts = parts_of(window, c.wanted);
  REQUIRE(parts.size() == c.parts);
  const Walk whole{.window = window};
  CHECK(part_of(whole, parts.front()).window.from == window.from);
  CHECK(part_of(whole, parts.back()).window.until == window.until);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Window before = part_of(whole, parts[i - 1]).window;
    const Window part = part_of(whole, parts[i]).window;
    CHECK(before.until == part.from);
    CHECK(part.from.time_since_epoch() % std::chrono::seconds(1) == milliseconds(0));
    CHECK(part.from > before.from);
  }
}

TEST_CASE("a window without an upper end is one part", "[partners][window]") {
  CHECK(parts_of({.from = k_from, .until = {}}, 4) == std::vector<WindowPart>{{}});
}

}  // namespace
}  // namespace itsmc::partners
