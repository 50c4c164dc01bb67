#include "cli/output_file.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/display_text.hpp"
#include "cli/terminal.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_beginning_bytes = 4096;

Error refusal(const OutputFile& file, ErrorKind kind, std::string_view what, std::string hint) {
  return {kind, fmt::format("{}: \"{}\" {}", file.option, file.path, what), std::move(hint)};
}

Error not_writable(const OutputFile& file, int code) {
  return refusal(file, ErrorKind::denied,
                 fmt::format("cannot be written: {}", std::generic_category().message(code)),
                 "name a file in a directory that you can write");
}

void check_directory(const OutputFile& file) {
  const fs::path directory = directory_of(file.path);
  std::error_code unknown;
  if (!fs::is_directory(directory, unknown)) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: \"{}\" is no directory", file.option, directory.string()),
                fmt::format("mkdir -p {}", shell_word(directory.string())));
  }
  if (::access(directory.c_str(), W_OK | X_OK) != 0) throw not_writable(file, errno);
}

/// A descriptor that is closed at the end of its scope.
class Opened {
 public:
  Opened(const OutputFile& file, int flags)
      : descriptor_(::open(file.path.c_str(), flags | O_CLOEXEC)) {
    if (descriptor_ < 0) throw not_writable(file, errno);
  }
  ~Opened() { ::close(descriptor_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

std::string beginning_of(const OutputFile& file) {
  const Opened opened(file, O_RDONLY);
  std::string bytes(k_beginning_bytes, '\0');
  const ssize_t got = ::read(opened.get(), bytes.data(), bytes.size());
  if (got < 0) throw not_writable(file, errno);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

void check_former(const OutputFile& file) {
  if (file.replacing == Replacing::anything) return;
  const std::string bytes = beginning_of(file);
  if (bytes.empty() || bytes.find(file.mark) != std::string::npos) return;
  throw refusal(file, ErrorKind::usage,
                fmt::format("is there already, and is no earlier {}", file.noun),
                "name another file, or replace it: --force");
}

fs::file_type type_of(const OutputFile& file) {
  std::error_code error;
  const fs::file_type type = fs::status(file.path, error).type();
  if (type == fs::file_type::none) throw not_writable(file, error.value());
  return type;
}

bool is_stream(fs::file_type type) {
  return type == fs::file_type::character || type == fs::file_type::fifo ||
         type == fs::file_type::socket || type == fs::file_type::block;
}

/// Renamed over, a device would be gone: it is written to. False for any other file.
bool went_into_stream(const OutputFile& file, std::string_view bytes) {
  if (!is_stream(type_of(file))) return false;
  const Opened opened(file, O_WRONLY);
  FileOutput out(opened.get(), FileOutput::Failures::thrown);
  out.write(bytes);
  out.flush();
  return true;
}

}  // namespace

void add_force_option(OptionSet& options, bool& force) {
  options.add({.name = "force",
               .value = {},
               .help = "Replace a file that is something else",
               .set = into(force),
               .sources = Sources::command_line_and_environment});
}

void check_output_file(const OutputFile& file) {
  const fs::file_type type = type_of(file);
  if (type == fs::file_type::directory) {
    throw refusal(file, ErrorKind::usage, "is a directory",
                  fmt::format("name a file in it: {}/FILE", file.path));
  }
  if (is_stream(type)) return;
  check_directory(file);
  if (type == fs::file_type::regular) check_former(file);
}

void write_output_file(const OutputFile& file, std::string_view bytes, Privacy privacy) {
  check_output_file(file);
  if (!went_into_stream(file, bytes)) write_atomically(file.path, bytes, privacy);
}

void write_output_file(const OutputFile& file, std::string_view bytes, FileMode mode) {
  check_output_file(file);
  if (!went_into_stream(file, bytes)) write_atomically(file.path, bytes, mode);
}

}  // namespace itsmc::cli
