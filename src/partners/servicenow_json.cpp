#include "partners/servicenow_json.hpp"

namespace itsmc::partners::servicenow {

namespace od = simdjson::ondemand;

Reading read_other_value(od::parser& parser, TextBuffer& texts, od::value& value) {
  const od::json_type type = value.type().value();
  if (type != od::json_type::object) return {read_scalar(parser, texts, value), {}};
  Reading reading;
  od::object object = value.get_object().value();  // named: the loop must not outlive it
  for (auto entry : object) {
    od::field part = std::move(entry).take_value();
    const bool is_value = part.key().unsafe_is_equal("value");
    const bool is_shown = part.key().unsafe_is_equal("display_value");
    if (!is_value && !is_shown) continue;
    (is_value ? reading.value : reading.shown) = read_scalar(parser, texts, part.value());
  }
  return reading;
}

std::string error_words(od::value error) {
  if (error.type().value() == od::json_type::string) {
    return std::string(error.get_string().value());
  }
  if (error.type().value() != od::json_type::object) return {};
  std::string message, detail;
  od::object object = error.get_object().value();
  for (auto entry : object) {
    od::field part = std::move(entry).take_value();
    const std::string_view key = part.unescaped_key().value();
    od::value value = part.value();
    if (value.type().value() != od::json_type::string) continue;
    const std::string_view text = value.get_string().value();
    if (key == "message") message = text;
    if (key == "detail") detail = text;
  }
  if (message.empty() || detail.empty()) return message + detail;
  return message + ": " + detail;
}

}  // namespace itsmc::partners::servicenow
