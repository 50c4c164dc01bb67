#include <array>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/provance.hpp"
#include "partners/odata_link.hpp"
#include "partners/odata_words.hpp"

namespace itsmc::partners::provance {
namespace {

struct Limit {
  std::string_view code, decimal, words;
};
// For each user and web server, over 300 s (provance reference 6).
constexpr std::array k_limits{
    Limit{"0x80072322", "-2147015902", "the limit of 6,000 requests in 5 minutes"},
    Limit{"0x80072321", "-2147015903", "the limit of 20 minutes' execution time in 5 minutes"},
    Limit{"0x80072326", "-2147015898", "the limit of 52 requests at once"},
};

std::string words_of(std::string_view body) {
  const odata::ErrorWords words = odata::parse_error(body);
  for (const Limit& limit : k_limits) {
    if (!iequals(words.code, limit.code) && words.code != limit.decimal) continue;
    return fmt::format("{}: {}", limit.words, words.text());
  }
  return words.text();
}

bool has_any(const std::string& text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

/// Redirects go to a sign-in for people; pages in HTML are that, or Microsoft's own bad moment.
std::optional<Error> judge_foreign(const http::Response& response, std::string_view body,
                                   const std::string& host) {
  const std::string check =
      "use the environment's own address as the connection's url: Power Platform admin center > "
      "Environments > Environment URL";
  if (response.status >= 300 && response.status < 400) {
    const std::string target = odata::origin_of(response.header("Location").value_or(""));
    return Error(
        ErrorKind::unavailable,
        fmt::format("{} redirects the request ({}) to {}: redirects are not followed", host,
                    response.status, target.empty() ? "another path" : excerpt(target, 100)),
        check);
  }
  const std::string type = to_lower(response.header("Content-Type").value_or(""));
  if (type.find("html") == std::string::npos && !trim(body).starts_with('<')) return std::nullopt;
  const std::string title = excerpt(http::page_title(body), 120);
  const std::string low = to_lower(title);
  const std::string said = title.empty() ? "without a title" : '"' + title + '"';
  if (response.status == 503 || has_any(low, {"maintenance", "unavailable"})) {
    return Error(ErrorKind::unavailable,
                 fmt::format("{} is under maintenance ({}, {})", host, response.status, said),
                 "try again later; the Power Platform admin center shows planned work");
  }
  const bool sign_in = has_any(low, {"sign in", "log in", "login", "signing in"});
  return Error(ErrorKind::unavailable,
               fmt::format("{} answered with {} ({}, {}) instead of JSON", host,
                           sign_in ? "a sign-in page" : "a web page", response.status, said),
               response.status >= 500 ? "try again in some minutes" : check);
}

}  // namespace

http::Judge judge(const std::string& base_url) {
  http::Judge judge;
  judge.partner = "Provance";
  judge.words = words_of;
  judge.foreign = [host = base_url.substr(base_url.find("://") + 3)](const http::Response& response,
                                                                     std::string_view body) {
    return judge_foreign(response, body, host);
  };
  judge.request_id_header = "x-ms-service-request-id";
  return judge;
}

}  // namespace itsmc::partners::provance
