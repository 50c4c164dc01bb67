#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/secret.hpp"

namespace itsmc::config {

/// What to start, in our environment, with nothing to read.
struct ChildCall {
  std::vector<std::string> words;  // the first is a whole path
  std::string directory = {};      // where it runs; empty: where we do
};

/// What came of it. Of each stream at most 64 KiB are kept.
struct ChildEnd {
  std::optional<int> status;  // of wait(2); absent: the limit passed first, and it was killed
  Secret output;
  std::string complaints;  // its stderr
};

/// Runs it to its end or to the limit. Throws Error(unforeseen) when it cannot be started.
[[nodiscard]] ChildEnd run_child(const ChildCall& call, std::chrono::milliseconds limit);

/// The last line that says something, at most 200 bytes: for a message.
[[nodiscard]] std::string last_line(std::string_view text);

}  // namespace itsmc::config
