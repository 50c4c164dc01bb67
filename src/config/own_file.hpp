#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace itsmc::config {

/// The text of a file of ours, which people may edit; absent when there is none. Throws
/// Error(config) for what is no regular file (a pipe would be waited for), Error(storage) for what
/// cannot be read.
[[nodiscard]] std::optional<std::string> read_own_file(const std::filesystem::path& path);

}  // namespace itsmc::config
