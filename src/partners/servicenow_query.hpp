#pragma once

#include <string>
#include <string_view>

namespace itsmc::partners::servicenow {

/// Builds `sysparm_query`: conditions joined by ^ (AND), then the order (servicenow reference 3.1).
/// Field names and operators are ours; values may come from anywhere. Percent-encoding is the
/// client's business: it encodes the parameter whole.
class EncodedQuery {
 public:
  /// Throws Error(invalid) for a value that the instance would run as a script.
  EncodedQuery& where(std::string_view field, std::string_view operation, std::string_view value);
  /// Our own scripts and conditions without a value: "sys_idISEMPTY".
  EncodedQuery& clause(std::string_view whole);
  EncodedQuery& order_by(std::string_view field);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// A ^ inside a value is written ^^. Throws Error(invalid) for "javascript:...".
[[nodiscard]] std::string escape_value(std::string_view value);

}  // namespace itsmc::partners::servicenow
