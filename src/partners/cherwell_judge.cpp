#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell.hpp"
#include "partners/cherwell_words.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr std::size_t k_words_bytes = 300;

std::string join_words(const InBandError& error) {
  if (error.code.empty() || error.message.empty()) return error.code + error.message;
  return fmt::format("{}: {}", error.code, error.message);
}

// {"errorCode":"INSUFFICIENTRIGHTS","errorMessage":"You are not authorized to view this object",
//  "hasError":true} (fixture error.403-insufficientrights.json). The token endpoint:
// {"error":"invalid_grant","error_description":".."}.
std::string words_of(std::string_view body) {
  const json answer = json::parse(body, nullptr, false);
  std::string said = join_words(in_band_error(answer));
  if (!said.empty()) return said;
  const std::string described = text_part(answer, "error_description");
  const std::string code = text_part(answer, "error");
  if (described.empty() || code.empty()) return described + code + text_part(answer, "Message");
  return fmt::format("{}: {}", code, described);
}

/// A code is the product's own word that it did understand and will not do it; without one, a 5xx
/// is a server in trouble.
std::optional<Error> named_error(const http::Response& response, std::string_view body) {
  const InBandError error = in_band_error(json::parse(body, nullptr, false));
  if (error.code.empty()) return std::nullopt;
  return to_error(error, response.status);
}

bool is_final(std::string_view body) {
  return !in_band_error(json::parse(body, nullptr, false)).code.empty();
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return to_lower(rest.substr(0, rest.find_first_of("/?#")));
}

Error redirected(const http::Response& response, const std::string& host) {
  const std::string target(response.header("Location").value_or(""));
  const std::string shown = excerpt(target.substr(0, target.find('?')), 120);
  const std::string lowered = to_lower(target);
  const bool sign_on =
      lowered.find("saml") != std::string::npos || lowered.find("login") != std::string::npos ||
      lowered.find("/adfs/") != std::string::npos || lowered.find("/oauth2/") != std::string::npos;
  if (sign_on) {
    return {ErrorKind::unavailable,
            fmt::format("{} shows a sign-on page (redirect to \"{}\") instead of answering its "
                        "REST interface",
                        host, shown),
            "let requests to /CherwellAPI pass the single sign-on or the proxy in front of it"};
  }
  return {ErrorKind::unavailable,
          fmt::format("{} redirects the request ({}) to \"{}\": redirects are not followed", host,
                      response.status, shown),
          "use the address that answers at /CherwellAPI as the connection's url"};
}

/// Proxies and IIS answer HTML (cherwell reference 11).
Error web_page(const http::Response& response, std::string_view body, const std::string& host) {
  const std::string title = excerpt(http::page_title(body), 120);
  const std::string named = title.empty() ? "no title" : '"' + title + '"';
  if (response.status == 404) {
    return {ErrorKind::unavailable,
            fmt::format("{} has no REST interface at /CherwellAPI (404, {})", host, named),
            "the Cherwell Web API has to be installed on the server, and reachable at "
            "<url>/CherwellAPI"};
  }
  if (response.status == 503) {
    return {ErrorKind::unavailable,
            fmt::format("{}'s application pool does not run (503, {})", host, named),
            "an administrator starts it: IIS Manager > Application Pools; or try again later"};
  }
  return {
      ErrorKind::unavailable,
      fmt::format("{} answered with a web page ({}, {}) instead of JSON{}", host, response.status,
                  named, title.empty() ? ": " + excerpt(body, k_words_bytes) : ""),
      response.status >= 500 ? "try again in some minutes"
                             : "check that the connection's url is the Cherwell server's own"};
}

}  // namespace

InBandError in_band_error(const json& answer) {
  if (!answer.is_object()) return {};
  const auto flag = answer.find("hasError");
  const bool denies = flag != answer.end() && flag->is_boolean() && !flag->get<bool>();
  if (denies) return {};
  const bool claims = flag != answer.end() && flag->is_boolean() && flag->get<bool>();
  InBandError error{text_part(answer, "errorCode"), text_part(answer, "errorMessage")};
  // V1 of some calls has `error` in place of `errorMessage` (reference 4).
  if (error.message.empty() && !error.code.empty()) error.message = text_part(answer, "error");
  if (claims && !error.any()) error.message = "hasError without a word";
  return error;
}

Error to_error(const InBandError& error, int status) {
  ErrorKind kind = ErrorKind::protocol;
  std::string hint;
  if (error.code == "INSUFFICIENTRIGHTS") {
    kind = ErrorKind::denied;
    hint =
        "grant it to the user's security group: CSM Administrator > Security > Edit security "
        "groups > Business Objects";
  } else if (error.code.ends_with("NOTFOUND")) {
    kind = ErrorKind::not_found;
  }
  return {kind,
          fmt::format("Cherwell refused the request: {} ({})",
                      excerpt(join_words(error), k_words_bytes), status),
          hint};
}

http::Judge judge(const std::string& base_url) {
  http::Judge judge;
  judge.partner = "Cherwell";
  judge.words = words_of;
  judge.named = named_error;
  judge.lasting = [](const http::Request&, const http::Response&, std::string_view body) {
    return is_final(body);
  };
  judge.foreign = [host = host_of(base_url)](const http::Response& response,
                                             std::string_view body) -> std::optional<Error> {
    if (response.status >= 300 && response.status < 400) return redirected(response, host);
    const std::string type = to_lower(response.header("Content-Type").value_or(""));
    const bool html = type.find("html") != std::string::npos || trim(body).starts_with("<");
    if (!html || response.status == 429) return std::nullopt;
    return web_page(response, body, host);
  };
  judge.request_id_header = "X-Request-ID";
  return judge;
}

}  // namespace itsmc::partners::cherwell
