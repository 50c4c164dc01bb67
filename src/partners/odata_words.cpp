#include "partners/odata_words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/time.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::odata {
namespace {

using nlohmann::json;

}  // namespace

std::string ErrorWords::text() const {
  if (code.empty() || message.empty()) return message + code;
  return fmt::format("{} ({})", message, code);
}

// Fixtures dataverse/error.429-requests.json, error.400-plugin.response.json.
ErrorWords parse_error(std::string_view body) {
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object()) return {};
  const auto error = answer.find("error");
  if (error == answer.end()) return {{}, text_part(answer, "Message")};
  if (error->is_string()) {
    return {error->get<std::string>(), text_part(answer, "error_description")};
  }
  return {text_part(*error, "code"), text_part(*error, "message")};
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + '\'';
}

std::string time_literal(TimeValue ms) {
  return format_rfc3339(Timestamp(std::chrono::milliseconds(ms)));
}

TimeValue parse_time(std::string_view text) noexcept {
  const auto time = parse_rfc3339(text);
  return time ? time->time_since_epoch().count() : k_no_time;
}

}  // namespace itsmc::partners::odata
