#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace itsmc {

/// What sort of failure it is. The exit code follows from it, in one place (exit_code).
enum class ErrorKind {
  unforeseen,   // a bug, or a system that misbehaves
  storage,      // disk full, file not writable
  usage,        // unknown option, wrong combination
  invalid,      // a value that breaks a rule
  config,       // a configuration file that cannot be used
  damaged,      // the store or one of our own files is not what we wrote
  auth,         // sign-in refused, or needed again
  denied,       // signed in, but not allowed
  unavailable,  // no complete answer came
  throttled,    // the partner asks us to wait longer than the run may
  protocol,     // an answer that is not the product's
  partly,       // some of it done
  not_found,
  ambiguous,
  locked,  // another run holds the lock
  stale,
  cancelled,
};

/// The exit code of product.md section 4. `cancelled` gives 130; SIGTERM's 143 is main's business.
[[nodiscard]] int exit_code(ErrorKind kind) noexcept;

/// The word for `--error-format json`: "auth", "not_found"...
[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

/// True when the same command may succeed later without a change by the user.
[[nodiscard]] bool is_retryable(ErrorKind kind) noexcept;

/// A failure on its way to the user. A value: copy it, keep it in a report.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string text, std::string hint = {});

  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  /// Lower case, no full stop: "reading page 3 of incidents: ServiceNow refused the query (403)".
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// A command to type or a click path; may be empty.
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
  /// The server's own number of the failed request (X-Transaction-ID); may be empty.
  [[nodiscard]] const std::string& request_id() const noexcept { return request_id_; }
  /// When a throttled server said to come back; absent otherwise. UTC.
  [[nodiscard]] std::optional<std::chrono::sys_seconds> retry_at() const noexcept {
    return retry_at_;
  }

  Error& with_hint(std::string hint);
  Error& with_request_id(std::string request_id);
  Error& with_retry_at(std::chrono::sys_seconds at);
  /// Puts "`doing`: " before the text: called on the way up, innermost first.
  Error& while_doing(std::string_view doing);

 private:
  ErrorKind kind_;
  std::string text_;
  std::string hint_;
  std::string request_id_;
  std::optional<std::chrono::sys_seconds> retry_at_;
};

}  // namespace itsmc
