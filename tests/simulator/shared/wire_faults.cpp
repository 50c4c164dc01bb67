#include "shared/wire_faults.hpp"

#include <chrono>

#include "shared/clock.hpp"

namespace itsmc::sim {

void spoil_wire(const Firing& firing, Reply& reply) {
  if (firing.has("refused-answer")) {
    reply =
        json_reply(403, R"({"error":{"code":"forbidden","message":"The user may not see it"}})");
  }
  if (firing.has("reset-mid-body")) reply.end = BodyEnd::reset;
  if (firing.has("close-mid-body")) reply.end = BodyEnd::closed;
  reply.cut_after = reply.body_size() / 2;
  if (firing.has("lost-answer")) {
    reply.end = BodyEnd::reset;
    reply.cut_after = 0;
  }
  if (reply.end != BodyEnd::complete && reply.body_size() == 0) reply.set_body(" ");
  reply.chunked = firing.has("chunked") && reply.body_size() > 0;
  if (const auto* wait = firing.argument("slow")) {
    reply.delay += std::chrono::milliseconds(number_or(*wait, 1000));
  }
  if (const auto* wait = firing.argument("slow-body")) {
    reply.pause += std::chrono::milliseconds(number_or(*wait, 1000));
  }
}

void add_retry_after(const std::string& argument, std::int64_t now, Reply& reply) {
  constexpr std::string_view k_date = "date:";
  if (argument.empty() || argument == "none") return;
  reply.set_header("Retry-After", argument.starts_with(k_date)
                                      ? http_date(now + number_or(argument.substr(5), 0))
                                      : argument);
}

std::int64_t clock_skew(const Firing& firing) {
  const auto* seconds = firing.argument("clock-skew");
  return seconds ? number_or(*seconds, 0) : 0;
}

}  // namespace itsmc::sim
