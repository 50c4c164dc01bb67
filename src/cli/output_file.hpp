#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::cli {

/// `former`: only what the same command wrote earlier, or an empty file, is replaced.
enum class Replacing : std::uint8_t { former, anything };

/// A file that a command writes for whoever asked for it. A value; the texts behind the views
/// outlive it.
struct OutputFile {
  std::string path;
  std::string_view option;  // "--html": what errors begin with
  std::string_view noun;    // "dashboard"
  std::string_view mark;    // stands near the beginning of whatever the command writes
  Replacing replacing = Replacing::former;
};

/// --force, for Replacing::anything.
void add_force_option(OptionSet& options, bool& force);

/// Before the work is done: throws Error(usage) for a directory, for a directory that is not there
/// and for a file that is something else; Error(denied) where nothing can be written.
void check_output_file(const OutputFile& file);

/// Checks, then writes in one step: the old file or the new one, never half of it. A device or a
/// pipe is written as it is. Throws as above, and Error(storage) for a full disk.
void write_output_file(const OutputFile& file, std::string_view bytes, Privacy privacy);
/// The same with the mode of a new file, whatever the process's umask.
void write_output_file(const OutputFile& file, std::string_view bytes, FileMode mode);

}  // namespace itsmc::cli
