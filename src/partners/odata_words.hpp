#pragma once

#include <string>
#include <string_view>

#include "itsmc/core/work_item.hpp"

namespace itsmc::partners::odata {

/// What an OData error body says: {"error":{"code":"0x80072322","message":".."}}, the code often
/// empty; ASP.NET's {"Message":".."}; a token endpoint's {"error":"..","error_description":".."}.
struct ErrorWords {
  std::string code, message;
  [[nodiscard]] bool empty() const noexcept { return code.empty() && message.empty(); }
  /// "message (code)".
  [[nodiscard]] std::string text() const;
};
[[nodiscard]] ErrorWords parse_error(std::string_view body);

/// "'O''Bryan'": a text within $filter, before it is percent-encoded.
[[nodiscard]] std::string quoted(std::string_view text);

/// "2018-05-24T00:00:00Z", or with ".250" where there are milliseconds: a time within $filter,
/// which stands there without quotes.
[[nodiscard]] std::string time_literal(TimeValue ms);

/// "2016-09-28T22:57:53Z", with a fraction or an offset, or a day alone; k_no_time when unreadable.
[[nodiscard]] TimeValue parse_time(std::string_view text) noexcept;

}  // namespace itsmc::partners::odata
