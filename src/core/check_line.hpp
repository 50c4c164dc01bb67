#pragma once

#include <string>
#include <utility>

#include "itsmc/core/check.hpp"
#include "itsmc/core/error.hpp"

// The lines that a check list is made of.

namespace itsmc {

[[nodiscard]] inline Check good_line(std::string name, std::string message) {
  return {.check = std::move(name), .message = std::move(message)};
}
[[nodiscard]] inline Check skipped_line(std::string name, std::string because) {
  return {.check = std::move(name), .status = CheckStatus::skipped, .message = std::move(because)};
}

/// Why, and what to do about it.
struct Trouble {
  std::string cause, hint;
  ErrorKind kind = ErrorKind::config;
};
/// The error's words are the cause.
[[nodiscard]] inline Trouble trouble_of(const Error& error) {
  return {.cause = error.text(), .hint = error.hint(), .kind = error.kind()};
}

[[nodiscard]] inline Check doubtful_line(std::string name, std::string message, Trouble trouble) {
  return {.check = std::move(name),
          .status = CheckStatus::warning,
          .message = std::move(message),
          .cause = std::move(trouble.cause),
          .hint = std::move(trouble.hint),
          .kind = trouble.kind};
}
[[nodiscard]] inline Check bad_line(std::string name, std::string message, Trouble trouble) {
  Check check = doubtful_line(std::move(name), std::move(message), std::move(trouble));
  check.status = CheckStatus::failed;
  return check;
}

}  // namespace itsmc
