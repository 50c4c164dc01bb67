#include "partners/servicenow_send.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace itsmc::partners::servicenow {

nlohmann::json send_write(http::Client& client, const PlannedRequest& planned, http::Replay replay,
                          const std::stop_token& stop) {
  http::Request request;
  request.method = planned.method;
  request.url = planned.url;
  request.body = planned.body;
  return parse_answer(client.exchange(request, replay, stop));
}

bool is_missing(const Error& error) {
  const auto has = [&error](std::string_view words) {
    return error.text().find(words) != std::string::npos;
  };
  return has("does not represent any resource") || has("Invalid table");
}

Error explained(const Error& error, const std::string& missing, const std::string& hint) {
  if (is_missing(error)) {
    return {ErrorKind::usage, fmt::format("{} ({})", missing, error.text()), hint};
  }
  if (error.kind() != ErrorKind::denied) return error;
  return Error(error).with_hint(hint);
}

}  // namespace itsmc::partners::servicenow
