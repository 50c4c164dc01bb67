#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "itsmc/core/error.hpp"

namespace itsmc::cli {

/// One of the three directories, and what named it.
struct NamedPlace {
  std::filesystem::path path;
  std::string option;    // "state-dir"
  std::string named_by;  // "--state-dir", "ITSMC_STATE_DIR", "config.toml"; empty: nobody
};

/// The error with what named the directory that it is about, where that directory cannot be used:
/// the option may be all that is wrong. Any other error as it is.
[[nodiscard]] Error told_with_place(const Error& error, std::span<const NamedPlace> places);

}  // namespace itsmc::cli
