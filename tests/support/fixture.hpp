#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

namespace itsmc::test {

/// A file below tests/fixtures: "cherwell/token.password.response.json".
inline std::string fixture(const std::string& name) {
  std::ifstream file(std::string(ITSMC_SOURCE_DIR) + "/tests/fixtures/" + name);
  INFO(name);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace itsmc::test
