#include "scsm/answers.hpp"

#include <fmt/format.h>

namespace itsmc::sim::scsm {

Reply error_reply(int status, std::string_view code, std::string_view message,
                  std::string_view target) {
  const std::string at =
      target.empty() ? std::string() : fmt::format(R"("target":{},)", quote_json(target));
  return json_reply(status, fmt::format(R"({{"error":{{"code":{},"message":{},{}"details":[]}}}})",
                                        quote_json(code), quote_json(message), at));
}

Reply unauthorized() {
  Reply reply = error_reply(401, "unauthorized", "Authorization has been denied for this request.");
  reply.set_header("WWW-Authenticate", "Bearer");
  return reply;
}

Reply no_route(const Request& request) {
  return json_reply(
      404, fmt::format(R"({{"Message":{},"MessageDetail":"No type was found that matches the )"
                       R"(controller named 'itsmc'."}})",
                       quote_json("No HTTP resource was found that matches the request URI '" +
                                  request.origin() + request.target() + "'.")));
}

Reply model_error(std::string_view field, std::string_view text) {
  return json_reply(
      400, fmt::format(R"({{"Message":"The request is invalid.","ModelState":{{{}:[{}]}}}})",
                       quote_json(field), quote_json(text)));
}

Reply exception_reply() {
  return json_reply(
      500,
      R"({"Message":"An error has occurred.","ExceptionMessage":"The Data Access service is either )"
      R"(not running or not yet initialized. Check the event log for more information.",)"
      R"("ExceptionType":"Microsoft.EnterpriseManagement.Common.ServiceNotRunningException",)"
      R"("StackTrace":"   at Microsoft.EnterpriseManagement.Common.Internal.ServiceProxy.)"
      R"(HandleFault(String methodName, Message message)\r\n"})");
}

Reply version_error() {
  return json_reply(400, R"({"Error":{"Code":"ApiVersionUnspecified","Message":"An API version is )"
                         R"(required, but was not specified."}})");
}

// HTTP.sys while the site's process is not up yet.
std::string cold_start_page() {
  return R"(<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">
<HTML><HEAD><TITLE>Service Unavailable</TITLE>
<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>
<BODY><h2>Service Unavailable</h2>
<hr><p>HTTP Error 503. The service is unavailable.</p>
</BODY></HTML>
)";
}

std::string stopped_page() {
  return R"(<!DOCTYPE html><html><head><title>Web App - Unavailable</title></head><body>
<h1 id="unavailable">Error 403 - This web app is stopped.</h1>
<p id="tryAgain">The web app you have attempted to reach is currently stopped and does not accept
any requests. Please try to reload the page or visit it again soon.</p>
<p>If you are the web app administrator, please find the common 403 error scenarios and resolution
<a href="https://go.microsoft.com/fwlink/?linkid=2095007" target="_blank">here</a>.</p>
</body></html>
)";
}

std::string bad_gateway_page() {
  return R"(<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<title>502 - Web server received an invalid response while acting as a gateway or proxy server.</title>
</head><body><div id="header"><h1>Server Error</h1></div>
<h2>502 - Web server received an invalid response while acting as a gateway or proxy server.</h2>
<h3>There is a problem with the page you are looking for, and it cannot be displayed. When the Web
server (while acting as a gateway or proxy) contacted the upstream content server, it received an
invalid response from the content server.</h3></body></html>
)";
}

std::string home_page(std::string_view origin) {
  return fmt::format(R"(<!DOCTYPE html><html><head><title>Service Manager Web App</title></head>
<body><h1>Test the configuration</h1><form><input id="hostURL" value="{}"></form>
<script src="/Scripts/smoc-connectiontest.js"></script></body></html>
)",
                     origin);
}

std::string swagger_json(std::string_view host) {
  return fmt::format(
      R"({{"swagger":"2.0","info":{{"version":"v1","title":"smoc"}},"host":{},"schemes":["https"],)"
      R"("paths":{{"/api/configtest":{{"post":{{"tags":["ConfigTest"],"operationId":)"
      R"("ConfigTest_Post","consumes":["application/x-www-form-urlencoded"],"responses":)"
      R"({{"200":{{"description":"OK"}}}}}}}}}},"definitions":{{}}}})",
      quote_json(host));
}

Reply config_test(const Request& request) {
  const Fields form = parse_query(request.body);
  for (const char* name : {"clientId", "clientSecret", "hostURL"}) {
    const auto* value = find_field(form, name);
    if (value && !value->empty()) continue;
    return json_reply(
        200, fmt::format(R"({{"result":[{{"status":false,"message":"{} is missing"}}],"reason":)"
                         R"("The settings are incomplete"}})",
                         name));
  }
  return json_reply(200, R"({"result":[{"status":true,"message":"Token acquired"},{"status":true,)"
                         R"("message":"Connected to the management server"}],"reason":null})");
}

}  // namespace itsmc::sim::scsm
