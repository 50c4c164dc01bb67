#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow.hpp"
#include "itsmc/partners/servicenow_page.hpp"
#include "partners/json_part.hpp"
#include "partners/servicenow_json.hpp"

namespace itsmc::partners::servicenow {
namespace {

using nlohmann::json;

constexpr std::array k_paged = {WorkItemType::incident, WorkItemType::change_request};

// {"error":{"message":"Operation Failed","detail":"ACL Exception ..."},"status":"failure"}; detail
// may be null (fixture errors_verbatim_bodies.json). The token endpoint:
// {"error_description":"access_denied","error":"server_error"} (fixture oauth_errors.json).
std::string words_of(std::string_view body) {
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object()) return {};
  const auto error = answer.find("error");
  if (error == answer.end()) return {};
  if (error->is_string()) {
    const std::string described = text_part(answer, "error_description");
    const std::string code = error->get<std::string>();
    return described.empty() ? code : fmt::format("{}: {}", code, described);
  }
  const std::string message = text_part(*error, "message");
  const std::string detail = text_part(*error, "detail");
  if (message.empty() || detail.empty()) return message + detail;
  return fmt::format("{}: {}", message, detail);
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return to_lower(rest.substr(0, rest.find_first_of("/?#")));
}

bool has_any(const std::string& text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

Error hibernating(const std::string& host) {
  return {ErrorKind::unavailable,
          fmt::format("the instance {} is hibernating: it is a sleeping developer instance", host),
          "sign in at https://developer.servicenow.com to wake the instance, wait some minutes, "
          "then run the command again"};
}

Error sign_on_page(const std::string& host, const std::string& where) {
  return {ErrorKind::unavailable,
          fmt::format("{} shows a sign-on page ({}) instead of answering its REST interface", host,
                      where),
          "let REST requests (/api/now, /oauth_token.do) pass the single sign-on or the proxy in "
          "front of the instance"};
}

/// 302 to developer.servicenow.com, /login_with_sso.do, /auth_redirect.do, an identity provider.
Error judge_redirect(const http::Response& response, const std::string& host) {
  const std::string target(response.header("Location").value_or(""));
  const std::string lowered = to_lower(target);
  const std::string other = host_of(target);
  if (other == "developer.servicenow.com") return hibernating(host);
  const bool sign_on = has_any(lowered, {"login_with_sso.do", "auth_redirect.do", "/login.do",
                                         "saml", "/oauth2/", "/adfs/", "/idp/"});
  if (sign_on || (!other.empty() && other != host)) {
    return sign_on_page(
        host, fmt::format("redirect to \"{}\"", excerpt(other.empty() ? lowered : other, 100)));
  }
  return {ErrorKind::unavailable,
          fmt::format("{} redirects the request ({}) to \"{}\": redirects are not followed", host,
                      response.status, excerpt(target.substr(0, target.find('?')), 120)),
          "use the instance's own address as the connection's url"};
}

Error judge_html(const http::Response& response, std::string_view body, const std::string& host) {
  const std::string lowered = to_lower(body.substr(0, 64U << 10U));
  const std::string title = excerpt(http::page_title(body), 120);
  const std::string low_title = to_lower(title);
  if (has_any(lowered, {"instance hibernating", "instance is hibernating", "hibernating instance",
                        "instances hibernate"})) {
    return hibernating(host);
  }
  if (has_any(lowered, {"login_with_sso.do", "auth_redirect.do", "samlrequest", "saml2/"}) ||
      has_any(low_title, {"log in", "login", "sign in", "sign-in", "single sign"})) {
    return sign_on_page(host, title.empty() ? "without a title" : '"' + title + '"');
  }
  if (response.status == 503 || has_any(low_title, {"maintenance", "upgrade"})) {
    return {ErrorKind::unavailable,
            fmt::format("{} is under maintenance ({}{})", host, response.status,
                        title.empty() ? "" : ", \"" + title + '"'),
            "try again later; https://support.servicenow.com shows planned work"};
  }
  // 502 while a sleeping instance wakes, 500 and 504 from the balancer in front of it.
  const bool server = response.status >= 500;
  return {ErrorKind::unavailable,
          fmt::format("{} answered with a web page ({}, {}) instead of JSON{}", host,
                      response.status, title.empty() ? "no title" : '"' + title + '"',
                      title.empty() ? ": " + excerpt(body, 200) : ""),
          server ? "try again in some minutes"
                 : "check that the connection's url is the instance's own address"};
}

std::optional<Error> judge_foreign(const http::Response& response, std::string_view body,
                                   const std::string& host) {
  if (response.status >= 300 && response.status < 400) return judge_redirect(response, host);
  if (response.status == 202 && trim(body).empty()) {
    return Error(ErrorKind::unavailable,
                 fmt::format("{} queued the request and dropped it (202)", host),
                 "fewer requests at once: --in-flight 1");
  }
  if (response.status == 200 && trim(body).empty()) {
    return Error(ErrorKind::unavailable,
                 fmt::format("{} answered with nothing (200): the request did not reach its REST "
                             "interface",
                             host),
                 "check that the connection's url is the instance's own address");
  }
  const std::string type = to_lower(response.header("Content-Type").value_or(""));
  const std::string_view start = trim(body);
  const bool html = type.find("html") != std::string::npos || start.starts_with("<");
  if (!html) return std::nullopt;
  return judge_html(response, body, host);
}

/// A cancelled transaction or a balancer that waited less (2.6): the same page would end the same
/// way, and the page reader asks for a smaller one at once. Nothing but pages can be asked for in
/// smaller pieces.
bool is_cancelled_page(const http::Request& request, const http::Response& response,
                       std::string_view body) {
  const std::string_view path = std::string_view(request.url).substr(0, request.url.find('?'));
  const bool page = std::any_of(k_paged.begin(), k_paged.end(), [path](WorkItemType type) {
    return path.ends_with(fmt::format("/api/now/table/{}", field_map(type).table()));
  });
  if (!page) return false;
  return response.status == 504 || (response.status == 500 && says_cancelled(body));
}

}  // namespace

http::Judge judge(const std::string& base_url) {
  http::Judge judge;
  judge.partner = "ServiceNow";
  judge.words = words_of;
  judge.foreign = [host = host_of(base_url)](const http::Response& response,
                                             std::string_view body) {
    return judge_foreign(response, body, host);
  };
  judge.lasting = is_cancelled_page;
  judge.request_id_header = "X-Transaction-ID";
  return judge;
}

}  // namespace itsmc::partners::servicenow
