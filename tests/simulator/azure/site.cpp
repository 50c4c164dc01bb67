#include "azure/site.hpp"

#include <fmt/format.h>

namespace itsmc::sim::azure {

std::int64_t Site::role_delay_ms() const {
  const auto [on, seconds] = bench.faults.peek("role-delay");
  return on ? number_or(seconds, 1800) * 1000 : 0;
}

bool allowed(const Site& site, const std::string& principal, std::string_view action,
             std::string_view scope) {
  return site.roles.allows_action({principal, action, scope, site.now_ms(), site.role_delay_ms()});
}

bool data_allowed(const Site& site, const std::string& principal, std::string_view action,
                  std::string_view scope) {
  return site.roles.allows_data_action(
      {principal, action, scope, site.now_ms(), site.role_delay_ms()});
}

Reply error_reply(int status, std::string_view code, std::string_view message) {
  Reply reply = json_reply(status, fmt::format(R"({{"error":{{"code":{},"message":{}}}}})",
                                               quote_json(code), quote_json(message)));
  reply.content_type = "application/json; charset=utf-8";
  reply.set_header("x-ms-error-code", std::string(code));
  return reply;
}

}  // namespace itsmc::sim::azure
