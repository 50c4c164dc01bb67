#pragma once

#include <string>

#include "itsmc/core/check.hpp"

namespace itsmc::client {

// The lines that a check list is made of.
[[nodiscard]] inline Check good(std::string name, std::string message) {
  return {.check = std::move(name), .message = std::move(message)};
}
[[nodiscard]] inline Check passed_over(std::string name, std::string because) {
  return {.check = std::move(name), .status = CheckStatus::skipped, .message = std::move(because)};
}
/// Why, and what to do about it.
struct Trouble {
  std::string cause, hint;
  ErrorKind kind = ErrorKind::config;
};
[[nodiscard]] inline Check doubtful(std::string name, std::string message, Trouble trouble) {
  return {.check = std::move(name),
          .status = CheckStatus::warning,
          .message = std::move(message),
          .cause = std::move(trouble.cause),
          .hint = std::move(trouble.hint),
          .kind = trouble.kind};
}
[[nodiscard]] inline Check bad(std::string name, std::string message, Trouble trouble) {
  Check check = doubtful(std::move(name), std::move(message), std::move(trouble));
  check.status = CheckStatus::failed;
  return check;
}

}  // namespace itsmc::client
