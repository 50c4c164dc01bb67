#pragma once

#include <string>
#include <string_view>

#include "partners/json_row.hpp"

namespace itsmc::partners::servicenow {

/// A value as the Table API may spell it: "x", {"value":"x","display_value":"y","link":".."}, null,
/// 3, true (servicenow reference 2.3).
struct Reading {
  std::string_view value, shown;
};
/// What is not a text.
[[nodiscard]] Reading read_other_value(simdjson::ondemand::parser& parser, TextBuffer& texts,
                                       simdjson::ondemand::value& value);
[[nodiscard]] inline Reading read_value(simdjson::ondemand::parser& parser, TextBuffer& texts,
                                        simdjson::ondemand::value value) {
  simdjson::ondemand::raw_json_string raw;
  const bool is_text = value.get_raw_json_string().get(raw) == simdjson::SUCCESS;
  return is_text ? Reading{texts.unescape(parser, raw), {}}
                 : read_other_value(parser, texts, value);
}

/// The message and detail of {"message":M,"detail":D}, D may be null; of "x" the x itself.
[[nodiscard]] std::string error_words(simdjson::ondemand::value error);

}  // namespace itsmc::partners::servicenow
