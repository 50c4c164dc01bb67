#include "partners/servicenow_query.hpp"

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::partners::servicenow {

std::string escape_value(std::string_view value) {
  constexpr std::string_view k_script = "javascript:";
  // Evaluated on the server wherever a value starts with it (servicenow reference 3.1), also after
  // the comma of an IN list.
  if (to_lower(value).find(k_script) != std::string::npos) {
    throw Error(
        ErrorKind::invalid,
        "a value with \"javascript:\" would be run by the instance: \"" + excerpt(value, 80) + '"');
  }
  std::string escaped;
  escaped.reserve(value.size());
  for (const char c : value) {
    escaped += c;
    if (c == '^') escaped += '^';
  }
  return escaped;
}

EncodedQuery& EncodedQuery::where(std::string_view field, std::string_view operation,
                                  std::string_view value) {
  if (!text_.empty()) text_ += '^';
  text_ += field;
  text_ += operation;
  text_ += escape_value(value);
  return *this;
}

EncodedQuery& EncodedQuery::clause(std::string_view whole) {
  if (!text_.empty()) text_ += '^';
  text_ += whole;
  return *this;
}

EncodedQuery& EncodedQuery::order_by(std::string_view field) {
  return clause("ORDERBY" + std::string(field));
}

}  // namespace itsmc::partners::servicenow
