#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/scsm.hpp"
#include "partners/odata_link.hpp"
#include "partners/scsm_contract.hpp"

namespace itsmc::partners::scsm {
namespace {

constexpr std::string_view k_portal = "Azure portal > App Services > the web app";

bool has_any(const std::string& text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

/// App Service's own sign-in sends whoever has no browser session to Entra.
Error judge_redirect(const http::Response& response, const std::string& host) {
  const std::string target = odata::origin_of(response.header("Location").value_or(""));
  if (has_any(target, {"login.microsoftonline.", "login.windows.net", "login.partner."})) {
    return {ErrorKind::unavailable,
            fmt::format("{} sends requests on to a sign-on page ({})", host, excerpt(target, 100)),
            fmt::format("{} > Authentication: let unauthenticated requests through, the app checks "
                        "tokens itself",
                        k_portal)};
  }
  return {ErrorKind::unavailable,
          fmt::format("{} redirects the request ({}) to \"{}\": redirects are not followed", host,
                      response.status, excerpt(target, 100)),
          "use the web app's own address as the connection's url"};
}

/// The pages of Azure App Service in an app's place (scsm reference 6, trap 15).
Error judge_html(const http::Response& response, std::string_view body, const std::string& host) {
  const std::string lowered = to_lower(body.substr(0, 64U << 10U));
  const std::string title = excerpt(http::page_title(body), 120);
  const std::string shown = title.empty() ? excerpt(trim(body), 100) : title;
  const int status = response.status;
  const auto error = [&](std::string_view what, std::string hint) {
    return Error(ErrorKind::unavailable, fmt::format("{} ({}, \"{}\")", what, status, shown),
                 std::move(hint));
  };
  if (status == 403 && has_any(lowered, {"stopped", "unavailable"})) {
    return error(
        fmt::format("the web app {} is stopped", host),
        fmt::format("start it: {} > Start; if it stops again: its quota or plan", k_portal));
  }
  if (status == 404 && has_any(lowered, {"azure web app", "web site not found"})) {
    return error(fmt::format("Azure has no web app at {}", host),
                 "check the connection's url: it is the web app's, not the management server's");
  }
  if (has_any(lowered, {"failed to start", "application error", "500.3"})) {
    return error(fmt::format("the web app {} cannot start", host),
                 fmt::format("{} > Log stream shows why", k_portal));
  }
  if (status == 502 || status == 503) {
    return error(
        fmt::format("the web app {} is starting, or down", host),
        fmt::format("try again in a minute; if that does not help: {} > Diagnose and solve "
                    "problems",
                    k_portal));
  }
  return error(fmt::format("{} answered with a web page instead of JSON", host),
               status >= 500 ? "try again in some minutes"
                             : "check that the connection's url is the web app that serves "
                               "itsmc-scsm/1 (docs/scsm-gateway in /usr/share/doc/itsmc)");
}

std::optional<Error> judge_foreign(const http::Response& response, std::string_view body,
                                   const std::string& host) {
  if (response.status >= 300 && response.status < 400) return judge_redirect(response, host);
  const std::string type = to_lower(response.header("Content-Type").value_or(""));
  const bool html = type.find("html") != std::string::npos || trim(body).starts_with("<");
  // A refused token may come with a page; the client says what a 401 means.
  if (!html || response.status == 401) return std::nullopt;
  return judge_html(response, body, host);
}

}  // namespace

http::Judge judge(const std::string& base_url) {
  const std::string origin = odata::origin_of(base_url);
  const std::string host = origin.substr(origin.find("//") + 2);
  http::Judge judge;
  judge.partner = "Service Manager's web app";
  judge.words = [](std::string_view body) { return parse_error_body(body).text(); };
  judge.foreign = [host](const http::Response& response, std::string_view body) {
    return judge_foreign(response, body, host);
  };
  judge.request_id_header = "x-request-id";
  return judge;
}

}  // namespace itsmc::partners::scsm
