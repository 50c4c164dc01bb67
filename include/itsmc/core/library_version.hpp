#pragma once

#include <optional>
#include <string>
#include <vector>

namespace itsmc {

/// A library that this program runs with. A value.
struct LibraryVersion {
  std::string name;
  /// As it names itself; of one that names none, its file ("libjq.so.1.0.4"). Absent: it cannot be
  /// opened here.
  std::optional<std::string> version;
};

/// What is found of a library that is opened when it is needed: the name of its file behind all
/// links. Opens it. Absent when it cannot be opened.
[[nodiscard]] LibraryVersion found_library(std::string name, const char* soname);

/// fmt and xxhash, which are part of the program.
[[nodiscard]] std::vector<LibraryVersion> core_library_versions();

}  // namespace itsmc
