#include "cli/commands/sync_progress.hpp"

#include <chrono>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "itsmc/core/figures.hpp"

namespace itsmc::cli {
namespace {

constexpr double k_patience_seconds = 1;  // quicker than this needs no progress

std::string duration_text(double seconds) {
  return format_duration(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

std::string name_of(const client::Progress& progress) {
  return fmt::format("{} {}", progress.connection, to_string(progress.type));
}

}  // namespace

std::string progress_text(const client::Progress& progress) {
  std::string text = fmt::format("{}: {}", name_of(progress), with_separators(progress.fetched));
  if (progress.expected) text += fmt::format(" of {}", with_separators(*progress.expected));
  if (progress.seconds <= 0 || progress.fetched <= 0) return text;
  const double rate = static_cast<double>(progress.fetched) / progress.seconds;
  text += fmt::format(", {}/s", with_separators(static_cast<std::int64_t>(rate)));
  if (progress.expected && *progress.expected > progress.fetched) {
    const auto left = static_cast<double>(*progress.expected - progress.fetched);
    text += fmt::format(", {} left", duration_text(left / rate));
  }
  return text;
}

std::string ended_text(const client::Progress& progress) {
  if (progress.status == StreamState::failed || progress.status == StreamState::interrupted) {
    return fmt::format("{}: {} after {}, {} read", name_of(progress), to_string(progress.status),
                       duration_text(progress.seconds), with_separators(progress.fetched));
  }
  if (progress.status == StreamState::partial) {
    return fmt::format("{}: stopped by --max-duration after {}, {} read", name_of(progress),
                       duration_text(progress.seconds), with_separators(progress.fetched));
  }
  return fmt::format("{}: {} read in {}", name_of(progress), with_separators(progress.fetched),
                     duration_text(progress.seconds));
}

void SyncProgress::show(const client::Progress& progress) {
  if (progress.note) talk_.note(fmt::format("{}: {}", name_of(progress), *progress.note));
  const auto stream = std::pair(progress.connection, progress.type);
  if (progress.done) {
    under_way_.erase(stream);
    talk_.note(ended_text(progress));
  } else {
    under_way_[stream] = progress_text(progress);
  }
  if (progress.seconds < k_patience_seconds) return;
  std::string line;
  for (const auto& [key, text] : under_way_) line += line.empty() ? text : " | " + text;
  if (line.empty()) {
    talk_.end_moving();
  } else {
    talk_.moving(line);
  }
}

}  // namespace itsmc::cli
