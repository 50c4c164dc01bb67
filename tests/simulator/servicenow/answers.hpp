// The bodies and headers that every answer of the product is made of.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/message.hpp"

namespace itsmc::sim::servicenow {

// {"error":{"message":M,"detail":D},"status":"failure"}; no detail is JSON null
// (servicenow reference 2.5).
std::string error_body(std::string_view message, std::optional<std::string_view> detail);
Reply error_reply(int status, std::string_view message, std::optional<std::string_view> detail);

Reply not_authenticated();
Reply no_record();
Reply no_resource();
Reply invalid_table(std::string_view table);
// "Read", "Insert", "Update", "Delete".
Reply acl_exception(std::string_view operation);

// Pages that are not the API's (servicenow reference 10).
std::string hibernating_page();
std::string login_page();
std::string maintenance_page();
std::string bad_gateway_page();

// The headers of servicenow reference 2.4: set on every answer. `moment` is the instance's time.
void add_product_headers(const Request& request, std::int64_t moment, Reply& reply);

struct PageLinks {
  std::string host;  // https://name.service-now.com
  std::uint64_t offset = 0;
  std::uint64_t limit = 0;
  std::optional<std::uint64_t> total;
  bool more = false;
};
// The Link header, "" when everything fits one page. `prev` of the first page has the offset
// -limit, as the real one's has.
std::string link_header(const Request& request, const PageLinks& links);

}  // namespace itsmc::sim::servicenow
