#include "itsmc/core/secret.hpp"

#include <sstream>
#include <type_traits>
#include <utility>

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace itsmc;

namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

}  // namespace

TEST_CASE("a secret cannot be printed or turned into text by accident") {
  STATIC_REQUIRE_FALSE(fmt::is_formattable<Secret>::value);
  STATIC_REQUIRE_FALSE(Streamable<Secret>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Secret, std::string>);
}

TEST_CASE("a secret is a value, and empty after it was moved") {
  Secret first("hunter2");
  const Secret copy = first;
  CHECK((copy == first));
  Secret moved = std::move(first);
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the promise
  CHECK(moved.reveal() == "hunter2");
  Secret other("other");
  other = std::move(moved);
  CHECK((other == copy));
  CHECK_FALSE((Secret("a") == Secret("b")));
}
