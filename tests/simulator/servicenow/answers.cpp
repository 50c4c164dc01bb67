#include "servicenow/answers.hpp"

#include <atomic>

#include <fmt/format.h>

#include "shared/clock.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

// Text of a 12-digit id that differs from request to request.
std::string transaction_id() {
  static std::atomic<std::uint64_t> serial{0};
  return fmt::format("{:012x}", mix(++serial) >> 16);
}

std::string link_to(const Request& request, const PageLinks& links, std::int64_t offset,
                    std::string_view relation) {
  std::string query;
  bool has_limit = false;
  std::string_view rest = request.raw_query;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty() || part.starts_with("sysparm_offset=")) continue;
    has_limit = has_limit || part.starts_with("sysparm_limit=");
    query += std::string(part) + "&";
  }
  if (!has_limit) query += fmt::format("sysparm_limit={}&", links.limit);
  return fmt::format("<{}{}?{}sysparm_offset={}>;rel=\"{}\"", links.host, request.path, query,
                     offset, relation);
}

}  // namespace

std::string error_body(std::string_view message, std::optional<std::string_view> detail) {
  return fmt::format(R"({{"error":{{"message":{},"detail":{}}},"status":"failure"}})",
                     quote_json(message), detail ? quote_json(*detail) : "null");
}

Reply error_reply(int status, std::string_view message, std::optional<std::string_view> detail) {
  return json_reply(status, error_body(message, detail));
}

Reply not_authenticated() {
  Reply reply =
      error_reply(401, "User is not authenticated", "Required to provide Auth information");
  reply.set_header("WWW-Authenticate", "Basic realm=\"Service-now\"");
  return reply;
}

Reply no_record() {
  return error_reply(404, "No Record found",
                     "Record doesn't exist or ACL restricts the record retrieval");
}

Reply no_resource() {
  return error_reply(400, "Requested URI does not represent any resource", std::nullopt);
}

Reply invalid_table(std::string_view table) {
  return error_reply(400, "Invalid table " + std::string(table), std::nullopt);
}

Reply acl_exception(std::string_view operation) {
  return error_reply(403, "Operation Failed",
                     fmt::format("ACL Exception {} Failed due to security constraints", operation));
}

// The words that clients look for are the recorded ones (fixture
// hibernating_instance_200_reassembled.html).
std::string hibernating_page() {
  return "<html>\n<head>\n<title>Instance Hibernating page</title>\n</head>\n<body>\n"
         "<div class=\"instance-hibernating-page\">\n<h1>Your instance is hibernating</h1>\n"
         "<p class=\"information\">Sign in to the site to wake your instance</p>\n"
         "<button onclick=\"location.href='https://developer.servicenow.com/dev.do#!/home?wu=true';"
         "\" class =\"button-text\">Sign in\n</button>\n"
         "<p>Want to find out why instances hibernate?</p>\n</div>\n</body>\n</html>\n";
}

std::string login_page() {
  return "<!DOCTYPE html><html><head><title>Log in | ServiceNow</title></head><body>"
         "<form action=\"login.do\" method=\"post\"><input name=\"user_name\"/>"
         "<input name=\"user_password\" type=\"password\"/></form></body></html>";
}

std::string maintenance_page() {
  return "<html><head><title>Service Unavailable</title></head><body><h1>Maintenance in progress"
         "</h1><p>The instance is being upgraded and will be back soon.</p></body></html>";
}

std::string bad_gateway_page() {
  return "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
         "Gateway</h1></center>\r\n<hr><center>snow_adc</center>\r\n</body>\r\n</html>\r\n";
}

void add_product_headers(const Request& request, std::int64_t moment, Reply& reply) {
  const std::string transaction = transaction_id();
  reply.set_header("Server", "snow_adc");
  reply.set_header("Date", http_date(moment));
  reply.set_header("X-Content-Type-Options", "nosniff");
  reply.set_header("Pragma", "no-store,no-cache");
  reply.set_header("Cache-Control", "no-cache,no-store,must-revalidate,max-age=-1");
  reply.set_header("Expires", "0");
  reply.set_header("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
  reply.set_header("Server-Timing", "sem_wait;dur=0, sesh_wait;dur=0");
  reply.set_header("X-Transaction-ID", transaction);
  if (reply.status != 401) reply.set_header("X-Is-Logged-In", "true");
  if (request.header("Cookie").find("JSESSIONID") != std::string::npos) return;
  const auto cookie = [&](std::string_view name, std::string_view value) {
    reply.headers.push_back({"Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly", name, value)});
  };
  cookie("JSESSIONID", hex_id(transaction));
  cookie("glide_user_route", "glide." + hex_id(transaction + "r"));
  cookie("glide_session_store", hex_id(transaction + "s"));
  cookie("glide_node_id_for_js", hex_id("node"));
}

std::string link_header(const Request& request, const PageLinks& links) {
  if (links.limit == 0) return {};
  const bool all_on_one = links.offset == 0 && !links.more;
  if (all_on_one) return {};
  const auto offset = static_cast<std::int64_t>(links.offset);
  const auto limit = static_cast<std::int64_t>(links.limit);
  std::string out = link_to(request, links, 0, "first");
  out += "," + link_to(request, links, offset - limit, "prev");
  if (links.more) out += "," + link_to(request, links, offset + limit, "next");
  if (links.total && *links.total > 0) {
    const auto last = static_cast<std::int64_t>((*links.total - 1) / links.limit * links.limit);
    out += "," + link_to(request, links, last, "last");
  }
  return out;
}

}  // namespace itsmc::sim::servicenow
