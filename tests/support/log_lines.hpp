#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "itsmc/core/log.hpp"

namespace itsmc::test {

/// Everything that was logged, at any level, as one text. Safe from several threads; outlives the
/// logs it gives.
class LogLines {
 public:
  [[nodiscard]] Log log() {
    return [this](LogLevel, std::string_view line) {
      const std::scoped_lock hold(mutex_);
      text_ += line;
      text_ += '\n';
    };
  }
  [[nodiscard]] std::string text() const {
    const std::scoped_lock hold(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

}  // namespace itsmc::test
