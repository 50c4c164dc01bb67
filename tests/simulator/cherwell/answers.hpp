// Bodies that many routes share: error members and what stands in front of the API.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

// "errorCode":null,"errorMessage":null,"hasError":false and, where the release has it,
// "httpStatusCode":"OK".
std::string no_error(const Dialect& dialect);
// The same members, added to an object.
void add_no_error(const Dialect& dialect, nlohmann::json& object);
// {"errorCode":"RECORDNOTFOUND","errorMessage":"Record not found","hasError":true}
Reply refused(const Dialect& dialect, const Refusal& refusal);
// "InternalServerError": a .NET name, not a number (cherwell reference 11).
std::string_view status_name(int status);
Reply not_authorized();  // 401
Reply no_resource(const Request& request);
Reply length_required();  // 411: chunked request bodies are refused
std::string bad_gateway_page();
std::string maintenance_page();
std::string proxy_login_page();

}  // namespace itsmc::sim::cherwell
