#include "entra/service.hpp"

#include <fmt/format.h>

#include "shared/clock.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::entra {

Reply Service::answer(const Request& request, const Firing& firing) {
  Reply reply = Directory::owns(request.path)
                    ? directory_.answer(request, firing)
                    : html_reply(404, "<html><body><h1>404 - Not Found</h1></body></html>");
  if (const auto skew = clock_skew(firing)) {
    reply.set_header("Date", http_date(bench_.clock.now() + skew));
  }
  return reply;
}

// check?audience=URI with the bearer in Authorization: what an API would decide.
std::optional<Reply> Service::control(const std::string& what, const Request& request) {
  if (what == "advance") {
    bench_.clock.advance(number_or(request.param_or("seconds", "0"), 0));
    return json_reply(200, fmt::format(R"({{"now":"{}"}})", utc_text(bench_.clock.now())));
  }
  if (what == "check") {
    const std::vector<std::string> audiences{request.param_or("audience", "")};
    const Checked checked = directory_.check(request.header("Authorization"), audiences);
    if (!checked.claims) {
      return json_reply(401, fmt::format(R"({{"reason":{}}})", quote_json(checked.reason)));
    }
    return json_reply(
        200, fmt::format(R"({{"audience":{},"client":{},"user":{}}})",
                         quote_json(checked.claims->audience), quote_json(checked.claims->client),
                         quote_json(checked.claims->user)));
  }
  return directory_.control(what, request);
}

}  // namespace itsmc::sim::entra
