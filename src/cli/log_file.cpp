#include "cli/log_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/display_text.hpp"
#include "cli/output_file.hpp"
#include "cli/render.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::cli {

std::string log_line(const LogLine& line, LogFormat format) {
  if (format == LogFormat::text) {
    return fmt::format("{} {} {} {}\n", format_rfc3339(line.at), line.run, line.level,
                       harmless(line.text));
  }
  const std::vector<Column> columns{{"time", ""}, {"run", ""}, {"level", ""}, {"message", ""}};
  const std::vector<Cell> cells{time_cell(line.at), text_cell(line.run), text_cell(line.level),
                                text_cell(line.text)};
  std::string text;
  append_json_object(text, columns, cells);
  return text + '\n';
}

LogFile::LogFile(const std::filesystem::path& path, Style style, Clock& clock)
    : style_(std::move(style)), clock_(clock) {
  check_output_file({.path = path.string(),
                     .option = "--log-file",
                     .noun = "log",
                     .mark = {},
                     .replacing = Replacing::anything});
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor_ >= 0) return;
  throw Error(ErrorKind::storage,
              fmt::format("--log-file: \"{}\" cannot be opened: {}", path.string(),
                          std::system_category().message(errno)),
              "name a file in a directory that is there and that you can write");
}

LogFile::~LogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string LogFile::add(std::string_view level, std::string_view text) const {
  const std::string line = log_line({clock_.now(), style_.run, level, text}, style_.format);
  const ssize_t written = ::write(descriptor_, line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return {};
  return written < 0 ? std::system_category().message(errno) : std::string("the disk is full");
}

}  // namespace itsmc::cli
