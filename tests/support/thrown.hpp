#pragma once

#include <functional>

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"

namespace itsmc::test {

/// The Error that `act` throws; the test fails when it throws none.
inline Error error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {ErrorKind::unforeseen, ""};
}

}  // namespace itsmc::test
