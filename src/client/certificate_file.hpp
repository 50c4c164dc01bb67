#pragma once

#include <cstddef>
#include <filesystem>

namespace itsmc::client {

/// How many certificates a PEM file holds; 0 too when it is not there or cannot be read.
[[nodiscard]] std::size_t certificates_of(const std::filesystem::path& file);

}  // namespace itsmc::client
