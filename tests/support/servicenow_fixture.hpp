#pragma once

#include <string>

#include "support/fixture.hpp"

namespace itsmc::test {

/// A recorded answer of tests/fixtures/servicenow.
inline std::string servicenow_fixture(const std::string& name) {
  return fixture("servicenow/" + name);
}

}  // namespace itsmc::test
