#include "cli/talk.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/core/time.hpp"

namespace itsmc::cli {
namespace {

constexpr std::string_view k_yellow = "1;33";
constexpr std::string_view k_clear_line = "\r\x1b[K";

std::string painted(std::string_view text, std::string_view code, Colour colour) {
  return colour == Colour::on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

bool begins_with(const std::string& text, const std::string& part) {
  return text.starts_with(part) && text.substr(part.size()).starts_with(':');
}

/// "prod: incident: text"; a text that names the connection already is left alone.
std::string located(const Error& error, const ErrorPlace& place) {
  std::string text = error.text();
  if (!place.connection.empty() && begins_with(text, place.connection)) return text;
  for (const std::string& part : {place.during, place.connection}) {
    if (!part.empty() && !begins_with(text, part)) text = fmt::format("{}: {}", part, text);
  }
  return text;
}

std::string error_json(const Error& error, const ErrorPlace& place) {
  const std::vector<Column> columns{{"kind", ""},       {"message", ""},   {"hint", ""},
                                    {"exit", ""},       {"retryable", ""}, {"connection", ""},
                                    {"request_id", ""}, {"retry_at", ""}};
  const std::string message = located(error, place);
  const std::vector<Cell> cells{text_cell(to_string(error.kind())),
                                text_cell(message),
                                text_cell(error.hint()),
                                integer_cell(exit_code(error.kind())),
                                flag_cell(is_retryable(error.kind())),
                                text_cell(place.connection),
                                text_cell(error.request_id()),
                                time_cell(error.retry_at())};
  std::string text;
  append_json_object(text, columns, cells);
  return text + '\n';
}

/// What is no error has no exit code: a reader tells them apart by "exit".
std::string said_json(std::string_view kind, std::string_view said) {
  const std::vector<Column> columns{{"kind", ""}, {"message", ""}};
  std::string text;
  append_json_object(text, columns, std::vector<Cell>{text_cell(kind), text_cell(said)});
  return text + '\n';
}

/// A file with several problems has each in a line of its own: each is an error. What belongs to
/// the line above is indented.
std::string with_word_on_each(const std::string& text, const std::string& word) {
  std::string lines;
  for (const std::string& line : split(text, '\n')) {
    const bool goes_on = !lines.empty() && (line.empty() || line.front() == ' ');
    lines += fmt::format("{}{}{}", lines.empty() ? "" : "\n", goes_on ? "" : word + ' ', line);
  }
  return lines;
}

}  // namespace

std::string error_text(const Error& error, const ErrorPlace& place, ErrorFormat format,
                       Colour colour) {
  if (format == ErrorFormat::json) return error_json(error, place);
  std::string text = with_word_on_each(harmless(located(error, place), Lines::kept),
                                       painted("error:", "1;31", colour));
  if (!error.request_id().empty() && text.find(error.request_id()) == std::string::npos) {
    text += fmt::format(" (request {})", harmless(error.request_id()));
  }
  text += '\n';
  if (!error.hint().empty()) {
    text += fmt::format("{}  {}\n", painted("hint:", "36", colour),
                        harmless(error.hint(), Lines::kept));
  }
  return text;
}

Talk::~Talk() {
  end_moving();
  release();
}

void Talk::error(const Error& given, const ErrorPlace& place) {
  const Error error = told_with_place(given, places_);
  const std::scoped_lock hold(mutex_);
  clear_moving();
  put(error_text(error, place, error_format_, colour_));
  std::string text = located(error, place);
  if (!error.request_id().empty()) text += fmt::format(" (request {})", error.request_id());
  if (!error.hint().empty()) text += fmt::format("; hint: {}", error.hint());
  to_file("error", text);
}

void Talk::log_only(std::string_view text) {
  const std::scoped_lock hold(mutex_);
  to_file("info", text);
}

/// A log that cannot be written is told once, and does not end what is being done.
void Talk::to_file(std::string_view level, std::string_view text) {
  if (!log_file_) return;
  const std::string problem = log_file_->add(level, text);
  if (problem.empty()) return;
  log_file_.reset();
  say({"warning", k_yellow}, fmt::format("the log file cannot be written any more: {}", problem));
}

void Talk::say(Said said, std::string_view text) {
  clear_moving();
  if (error_format_ == ErrorFormat::json) return put(said_json(said.kind, text));
  const std::string clean = harmless(text, Lines::kept);
  if (said.kind == "note") return put(clean + '\n');
  // "info: " and "debug:" are equally long: the texts stand below each other.
  const std::string word = fmt::format("{}{}",
                                       painted(fmt::format("{}:", said.kind), said.paint,
                                               said.paint.empty() ? Colour::off : colour_),
                                       said.kind == "info" ? " " : "");
  put(fmt::format("{} {}\n", word, clean));
}

void Talk::put(std::string_view text) {
  if (holds_) {
    held_ += text;
    return;
  }
  terminal_.err.write(text);
  terminal_.err.flush();
}

void Talk::hold() {
  const std::scoped_lock hold(mutex_);
  clear_moving();
  holds_ = true;
}

void Talk::release() {
  const std::scoped_lock hold(mutex_);
  holds_ = false;
  if (!held_.empty()) put(std::exchange(held_, {}));
}

void Talk::note(std::string_view text) {
  const std::scoped_lock hold(mutex_);
  if (volume_ != Volume::quiet) say({"note", {}}, text);
  to_file("info", text);
}

void Talk::wrapped_note(std::string_view text) {
  const std::scoped_lock hold(mutex_);
  // A program reads a file of notes, and JSON, by the line.
  const bool wraps = terminal_.err_is_terminal && error_format_ == ErrorFormat::text;
  const auto width = static_cast<std::size_t>(std::max(terminal_.width, 1));
  if (volume_ != Volume::quiet) {
    say({"note", {}}, wraps ? wrapped(harmless(text), width, 0) : std::string(text));
  }
  to_file("info", text);
}

void Talk::warning(std::string_view text) {
  const std::scoped_lock hold(mutex_);
  say({"warning", k_yellow}, text);
  to_file("warning", text);
}

bool Talk::shows_moving() const {
  return terminal_.err_is_terminal && volume_ != Volume::quiet && !holds_ &&
         error_format_ == ErrorFormat::text;
}

void Talk::moving(std::string_view text) {
  const std::scoped_lock hold(mutex_);
  if (!shows_moving()) return;
  const auto width = static_cast<std::size_t>(terminal_.width > 1 ? terminal_.width - 1 : 1);
  terminal_.err.write(std::string(k_clear_line) + cut_to_width(harmless(text), width));
  terminal_.err.flush();
  moving_ = true;
}

void Talk::end_moving() {
  const std::scoped_lock hold(mutex_);
  clear_moving();
}

void Talk::clear_moving() {
  if (!moving_) return;
  terminal_.err.write(k_clear_line);
  terminal_.err.flush();
  moving_ = false;
}

/// What is looked at twice in one run is warned of once.
bool Talk::is_new(std::string_view text) {
  const std::scoped_lock hold(mutex_);
  return warned_.emplace(text).second;
}

Log Talk::log() {
  return [this](LogLevel level, std::string_view text) {
    if (level == LogLevel::warning) {
      if (is_new(text)) warning(text);
      return;
    }
    const std::scoped_lock hold(mutex_);
    if (level == LogLevel::info) to_file("info", text);
    if (volume_ != Volume::debug) return;
    if (level == LogLevel::debug) to_file("debug", text);
    say({level == LogLevel::debug ? "debug" : "info", {}}, text);
  };
}

}  // namespace itsmc::cli
