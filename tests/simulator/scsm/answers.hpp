// Answers that are not rows: the contract's errors, ASP.NET's, and App Service's pages.
#pragma once
#include <string>
#include <string_view>

#include "shared/message.hpp"

namespace itsmc::sim::scsm {

// {"error":{"code","message","target","details":[]}} (scsm reference 5).
Reply error_reply(int status, std::string_view code, std::string_view message,
                  std::string_view target = {});
// 401 with WWW-Authenticate: Bearer.
Reply unauthorized();
// 404 of ASP.NET Web API: no such controller (scsm reference 2).
Reply no_route(const Request& request);
// {"Message":"The request is invalid.","ModelState":{"field":["..."]}}
Reply model_error(std::string_view field, std::string_view text);
// {"Message":"An error has occurred.","ExceptionMessage",...}
Reply exception_reply();
// {"Error":{"Code":"ApiVersionUnspecified","Message":".."}}
Reply version_error();

std::string cold_start_page();
std::string stopped_page();
std::string bad_gateway_page();
// The home page of Microsoft's own web app.
std::string home_page(std::string_view origin);
// What its /swagger/docs/v1 shows: its one route that is known.
std::string swagger_json(std::string_view host);
// POST /api/configtest of that app.
Reply config_test(const Request& request);

}  // namespace itsmc::sim::scsm
