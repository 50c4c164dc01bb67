#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "itsmc/core/time.hpp"

namespace itsmc::cli {

enum class LogFormat : std::uint8_t { text, json };

/// One line of a log file.
struct LogLine {
  Timestamp at{};
  std::string_view run;    // the run's id, that of the ledger
  std::string_view level;  // "error", "warning", "info", "debug"
  std::string_view text;
};

/// "2026-06-20T08:00:00Z 0a1b2c3d info prod: incident: 12 rows\n", or the same as one JSON object:
/// {"time","run","level","message"}. Always one line. Pure.
[[nodiscard]] std::string log_line(const LogLine& line, LogFormat format);

/// The file of --log-file: lines go to its end, one write a line, so that several runs can share
/// it. Safe only under a lock of its owner; the clock outlives it.
class LogFile {
 public:
  /// What the lines have in common.
  struct Style {
    LogFormat format = LogFormat::text;
    std::string run;
  };
  /// Makes the file, 0600. Throws as check_output_file does, and Error(storage).
  LogFile(const std::filesystem::path& path, Style style, Clock& clock);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// Empty, or why the line could not be written.
  [[nodiscard]] std::string add(std::string_view level, std::string_view text) const;

 private:
  Style style_;
  Clock& clock_;
  int descriptor_ = -1;
};

}  // namespace itsmc::cli
