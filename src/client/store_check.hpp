#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/check.hpp"

namespace itsmc::client {

inline constexpr std::string_view k_store_check = "store";

/// The directory itself, or the nearest one above it that is there: what it would be made in.
[[nodiscard]] std::filesystem::path nearest_present(std::filesystem::path directory);
/// Why we cannot write there; empty: we can.
[[nodiscard]] std::string refusal_to_write(const std::filesystem::path& place);

/// Throws Error(storage) where nothing could be written in `directory`, which need not be there
/// yet; the hint names `option` ("state-dir"). Tells it before anybody signs in.
void refuse_unwritable(const std::filesystem::path& directory, std::string_view option);
/// Throws Error(storage) for a file that is there and cannot be written.
void refuse_unwritable_file(const std::filesystem::path& file);
/// What to type about a directory that cannot be written, with the option that names another.
[[nodiscard]] std::string hint_of_unwritable(const std::filesystem::path& directory,
                                             std::string_view option);

/// Whether a sync could write the store. Makes nothing. Never throws for what it finds.
[[nodiscard]] Check check_store(const Platform& platform);

}  // namespace itsmc::client
