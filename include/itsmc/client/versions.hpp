#pragma once

#include <string>
#include <vector>

namespace itsmc::client {

/// A library that this program runs with, as it names itself.
struct LibraryVersion {
  std::string name, version;
};

/// libcurl (opened for it) and SQLite. A library that cannot be opened says why instead of its
/// version.
[[nodiscard]] std::vector<LibraryVersion> library_versions();

}  // namespace itsmc::client
