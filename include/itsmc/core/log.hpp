#pragma once

#include <functional>
#include <string_view>

namespace itsmc {

enum class LogLevel { debug, info, warning };
/// Where the library's talk goes. Called from several threads: the receiver locks. Never empty.
using Log = std::function<void(LogLevel, std::string_view)>;
[[nodiscard]] inline Log no_log() {
  return [](LogLevel, std::string_view) {};
}

}  // namespace itsmc
