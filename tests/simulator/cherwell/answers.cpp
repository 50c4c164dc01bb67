#include "cherwell/answers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace itsmc::sim::cherwell {
namespace {

std::string page(std::string_view title, std::string_view text) {
  return fmt::format(
      "<!DOCTYPE html>\r\n<html><head><title>{}</title></head>\r\n<body><h2>{}</h2><p>{}</p>"
      "</body></html>\r\n",
      title, title, text);
}

}  // namespace

std::string_view status_name(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "BadRequest";
    case 402:
      return "PaymentRequired";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    default:
      return "InternalServerError";
  }
}

std::string no_error(const Dialect& dialect) {
  std::string out = R"("errorCode":null,"errorMessage":null,"hasError":false)";
  if (dialect.tells_status) out += R"(,"httpStatusCode":"OK")";
  return out;
}

void add_no_error(const Dialect& dialect, nlohmann::json& object) {
  object["errorCode"] = nullptr;
  object["errorMessage"] = nullptr;
  object["hasError"] = false;
  if (dialect.tells_status) object["httpStatusCode"] = "OK";
}

Reply refused(const Dialect& dialect, const Refusal& refusal) {
  std::string out = fmt::format(R"({{"errorCode":{},"errorMessage":{},"hasError":true)",
                                quote_json(refusal.code), quote_json(refusal.what()));
  if (dialect.tells_status) {
    out += fmt::format(R"(,"httpStatusCode":"{}")", status_name(refusal.status));
  }
  return json_reply(refusal.status, out + "}");
}

Reply not_authorized() {
  Reply reply = json_reply(401, R"({"Message":"Authorization has been denied for this request."})");
  reply.set_header("WWW-Authenticate", "Bearer");
  return reply;
}

Reply no_resource(const Request& request) {
  return json_reply(404, fmt::format(R"({{"Message":{}}})",
                                     quote_json("No HTTP resource was found that matches the "
                                                "request URI '" +
                                                request.path + "'.")));
}

Reply length_required() {
  return html_reply(411, page("Length Required",
                              "HTTP Error 411. The request must be chunked or "
                              "have a content length."));
}

std::string bad_gateway_page() {
  return page("502 - Web server received an invalid response while acting as a gateway.",
              "There is a problem with the page you are looking for.");
}

std::string maintenance_page() {
  return page("Service Unavailable", "HTTP Error 503. The service is unavailable.");
}

std::string proxy_login_page() {
  return page("Sign in", "<form method=\"post\"><input name=\"user\"></form>");
}

}  // namespace itsmc::sim::cherwell
