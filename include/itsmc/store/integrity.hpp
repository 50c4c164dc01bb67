#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace itsmc::store {

/// What SQLite finds when it reads the whole of a store file.
struct Integrity {
  std::int64_t schema_version = 0;
  std::vector<std::string> problems;  // SQLite's own words; none: it is whole
};

/// Reads every page of the file; writes nothing. Throws Error: damaged (not a store, newer, not
/// readable as SQLite), storage, locked.
[[nodiscard]] Integrity check_integrity(const std::filesystem::path& file);

}  // namespace itsmc::store
