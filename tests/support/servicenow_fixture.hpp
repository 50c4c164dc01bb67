#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

namespace itsmc::test {

/// A recorded answer of tests/fixtures/servicenow.
inline std::string servicenow_fixture(const std::string& name) {
  std::ifstream file(std::string(ITSMC_SOURCE_DIR) + "/tests/fixtures/servicenow/" + name);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace itsmc::test
