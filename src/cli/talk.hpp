#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/log_file.hpp"
#include "cli/named_places.hpp"
#include "cli/render.hpp"
#include "cli/terminal.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/log.hpp"

namespace itsmc::cli {

enum class ErrorFormat : std::uint8_t { text, json };

/// What an error's reader needs to know beside the error.
struct ErrorPlace {
  std::string connection;  // empty: of no connection
  std::string during;      // "incident"; may be empty
};

/// "error: ...\nhint:  ...\n", or one JSON object on one line. Pure.
[[nodiscard]] std::string error_text(const Error& error, const ErrorPlace& place,
                                     ErrorFormat format, Colour colour);

/// All that is said on stderr: errors, warnings, notes, log lines and the one moving line of
/// progress, which it keeps out of the others' way. With ErrorFormat::json each line is an object
/// ("kind": an error's, or note, warning, info, debug), and nothing moves. Safe from several
/// threads; the output outlives it.
class Talk {
 public:
  explicit Talk(const Terminal& terminal) : terminal_(terminal) {}
  ~Talk();
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  enum class Volume : std::uint8_t { quiet, normal, debug };
  void set(Volume volume) { volume_ = volume; }
  void set(ErrorFormat format) { error_format_ = format; }
  void set(Colour colour) { colour_ = colour; }
  /// From now on all that is said goes there too, --quiet or not; debug lines with --debug only.
  void set(std::unique_ptr<LogFile> log_file) { log_file_ = std::move(log_file); }
  /// The directories of the run: an error about one of them says what named it.
  void set(std::vector<NamedPlace> places) { places_ = std::move(places); }
  /// For the log file alone: the beginning and the end of a run.
  void log_only(std::string_view text);

  void error(const Error& error, const ErrorPlace& place);
  /// Unless --quiet.
  void note(std::string_view text);
  /// A note without words to copy: as wide as the terminal that shows it.
  void wrapped_note(std::string_view text);
  void warning(std::string_view text);
  /// A line that the next one replaces; only on a terminal, never with --quiet.
  void moving(std::string_view text);
  void end_moving();
  [[nodiscard]] bool shows_moving() const;
  /// Keeps what is said until release(): a pager has yet to show what was written before it.
  void hold();
  void release();
  /// For Platform: debug and info with --debug only, warnings always, the same one once.
  [[nodiscard]] Log log();

 private:
  /// A line that is no error: its word before it, and how a terminal paints that.
  struct Said {
    std::string_view kind, paint;
  };
  void say(Said said, std::string_view text);
  void put(std::string_view text);
  void clear_moving();
  bool is_new(std::string_view text);
  void to_file(std::string_view level, std::string_view text);
  const Terminal& terminal_;
  std::mutex mutex_;
  Volume volume_ = Volume::normal;
  ErrorFormat error_format_ = ErrorFormat::text;
  Colour colour_ = Colour::off;
  bool moving_ = false, holds_ = false;
  std::string held_;
  std::set<std::string> warned_;  // by the log
  std::unique_ptr<LogFile> log_file_;
  std::vector<NamedPlace> places_;
};

}  // namespace itsmc::cli
