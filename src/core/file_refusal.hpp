#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace itsmc {

enum class FileUse { read, write };

/// What to type where the system refused `path` with errno `code`: who owns what stands in the way,
/// its mode, and the command that opens it. Empty where there is nothing to say but the system's
/// own words. Looks, changes nothing, never throws.
[[nodiscard]] std::string hint_of_refusal(const std::filesystem::path& path, FileUse use, int code);

/// The one command that opens a directory of ours with all that is in it, and what is closed to us
/// there: another user's, or without the rights that its owner needs. Empty: nothing is, or the
/// directory is not there. Looks, changes nothing, never throws.
[[nodiscard]] std::string hint_of_closed_tree(const std::filesystem::path& directory);

/// The command that mends a directory of ours, or the option that names another: "chmod u+w D, or
/// name another directory: --data-dir DIR or ITSMC_DATA_DIR". Pure.
[[nodiscard]] std::string or_elsewhere(const std::string& mend, std::string_view option);

/// Why no file or directory can be made in `directory`, in the system's words; empty: one can.
/// Tries it, where the permissions allow it, with a directory that is gone again when this returns:
/// some file systems (proc) refuse what their modes allow.
[[nodiscard]] std::string refusal_to_make_in(const std::filesystem::path& directory);

}  // namespace itsmc
