#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

namespace itsmc::test {

/// Compares with tests/golden/NAME, byte for byte. ITSMC_UPDATE_GOLDEN=1 rewrites the file.
inline void check_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path file =
      std::filesystem::path(ITSMC_SOURCE_DIR) / "tests" / "golden" / name;
  if (std::getenv("ITSMC_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  std::ifstream stream(file, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(stream), {}};
  INFO("golden file " << name);
  CHECK(text == expected);
}

}  // namespace itsmc::test
