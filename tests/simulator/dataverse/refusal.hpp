// Why a request is refused: thrown where it is noticed, answered in one place.
#pragma once
#include <stdexcept>
#include <string>

namespace itsmc::sim::dataverse {

// {"error":{"code":"0x80040217","message":".."}} with that status. The code may be empty.
class Refusal : public std::runtime_error {
 public:
  Refusal(int status, std::string code, const std::string& message)
      : std::runtime_error(message), status_(status), code_(std::move(code)) {}
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  int status_;
  std::string code_;
};

// Codes by general knowledge of the product, but for the 429s (provance reference 5, 6).
inline constexpr const char* k_not_found = "0x80040217";
inline constexpr const char* k_bad_query = "0x80060888";
inline constexpr const char* k_bad_payload = "0x80048d19";
inline constexpr const char* k_bad_argument = "0x80040203";
inline constexpr const char* k_no_privilege = "0x80040220";
inline constexpr const char* k_version_mismatch = "0x80060882";
inline constexpr const char* k_duplicate_record = "0x80040333";
inline constexpr const char* k_duplicate_key = "0x80040237";
inline constexpr const char* k_too_many_requests = "0x80072322";
inline constexpr const char* k_too_much_time = "0x80072321";
inline constexpr const char* k_too_many_at_once = "0x80072326";

}  // namespace itsmc::sim::dataverse
