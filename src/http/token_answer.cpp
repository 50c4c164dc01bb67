#include "http/token_answer.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http/answer.hpp"
#include "http/url.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/http/entra.hpp"

namespace itsmc::http {
namespace {

using nlohmann::json;
using std::chrono::seconds;

/// ServiceNow's default. For an endpoint that does not say: a token that dies earlier gives a 401,
/// and is renewed then (servicenow reference 1.1).
constexpr seconds k_unsaid_lifetime{1800};
constexpr seconds k_longest_lifetime{10L * 365 * 24 * 3600};
constexpr double k_largest_count = 1e11;

std::string text_at(const json& answer, const char* key) {
  const auto found = answer.is_object() ? answer.find(key) : answer.end();
  return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Cherwell's documentation prints its errors as a JSON text that holds JSON: "{\"error\":..}"
/// (cherwell reference 2); clients have seen the plain object.
json parse_answer(std::string_view plain_body) {
  json answer = json::parse(plain_body, nullptr, false);
  if (!answer.is_string()) return answer;
  return json::parse(answer.get_ref<const std::string&>(), nullptr, false);
}

/// 1799, "1799" (Entra v1) or 1799.0; 0 when it is anything else.
std::int64_t count_at(const json& answer, const char* key) {
  const auto found = answer.find(key);
  if (found == answer.end()) return 0;
  std::int64_t count = 0;
  if (found->is_number()) {
    const double given = found->get<double>();
    const bool sane = given >= 1 && given <= k_largest_count;
    count = sane ? static_cast<std::int64_t>(given) : 0;
  } else if (found->is_string()) {
    const std::string& given = found->get_ref<const std::string&>();
    const auto read = std::from_chars(given.data(), given.data() + given.size(), count);
    if (read.ec != std::errc() || read.ptr != given.data() + given.size()) count = 0;
  }
  return count;
}

/// App Service says only when it ends, in seconds since 1970 (azure reference 1.3).
seconds lifetime_of(const json& answer, Timestamp now) {
  std::int64_t count = count_at(answer, "expires_in");
  if (count <= 0) {
    const std::int64_t until = count_at(answer, "expires_on");
    if (until > 0) count = (std::chrono::sys_seconds(seconds(until)) - floor<seconds>(now)).count();
  }
  return count > 0 ? std::min(seconds(count), k_longest_lifetime) : k_unsaid_lifetime;
}

/// A token goes into a header line: nothing that would end the line, nothing but visible ASCII.
bool is_token(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

/// Entra puts "\r\nTrace ID: ..\r\nCorrelation ID: ..\r\nTimestamp: .." behind what it says (azure
/// reference 1.2); they stand in keys of their own, too.
std::string without_trace(const std::string& described) {
  return std::string(trim(described.substr(0, described.find("Trace ID: "))));
}

/// {"error_description":"access_denied","error":"server_error"} (fixture oauth_errors.json), or the
/// API's own {"error":{"message":"..","detail":".."}}.
std::string words_of(const json& answer) {
  const std::string code = text_at(answer, "error");
  std::string described = without_trace(text_at(answer, "error_description"));
  if (!described.empty() && !code.empty()) {
    if (described.ends_with('.')) described.pop_back();  // the sentence goes on
    return fmt::format("{}, {}", described, code);
  }
  if (!described.empty() || !code.empty()) return described + code;
  const auto nested = answer.is_object() ? answer.find("error") : answer.end();
  return nested == answer.end() ? std::string() : text_at(*nested, "message");
}

/// The answer as far as it was understood.
struct Told {
  const Response& response;
  std::string_view plain;
  const Reading& reading;
  json answer;  // discarded when it is not JSON

  /// Title and type only: the bytes of a damaged answer may be half a token.
  [[nodiscard]] std::string page() const {
    const std::string title = page_title(plain);
    const std::string_view type = response.header("Content-Type").value_or("no content type");
    return title.empty() ? excerpt(type, 60) : fmt::format("{} \"{}\"", excerpt(type, 60), title);
  }
  [[nodiscard]] std::string said() const { return reading.secrets.masked(words_of(answer)); }
  [[nodiscard]] std::string words() const {
    const std::string shown = answer.is_discarded() ? reading.secrets.masked(page()) : said();
    return fmt::format("{}{} ({})", shown.empty() ? "" : ": ", excerpt(shown, 300),
                       response.status);
  }
  [[nodiscard]] Error error(ErrorKind kind, std::string_view what) const {
    const OAuthOptions& options = reading.options;
    return {kind, fmt::format("{} {}{}", options.partner, what, words()),
            fmt::format("itsmc {} test {}", options.noun, options.connection)};
  }
  [[nodiscard]] Error refused() const {
    const OAuthOptions& options = reading.options;
    Error error(ErrorKind::auth, fmt::format("{} refused the sign-in{}", options.partner, words()),
                options.refused_hint ? options.refused_hint(said())
                                     : "itsmc connection login " + options.connection);
    return error.with_request_id(excerpt(text_at(answer, "trace_id"), 100));
  }
  /// A bad moment in so many words: RFC 6749's, or one of Entra's codes (azure reference 1.2).
  [[nodiscard]] bool says_later() const {
    const std::string code = text_at(answer, "error");
    return code == "temporarily_unavailable" ||
           entra::is_passing(entra::code_in(words_of(answer)).value_or(0));
  }
};

std::variant<Token, Error> read_success(const Told& told) {
  if (told.answer.is_discarded()) {
    return told.error(ErrorKind::unavailable, "answered the sign-in with something else");
  }
  Token token;
  token.access = Secret(text_at(told.answer, "access_token"));
  token.refresh = Secret(text_at(told.answer, "refresh_token"));
  if (token.access.empty()) {
    if (!words_of(told.answer).empty()) return told.refused();
    return told.error(ErrorKind::protocol, "answered the sign-in without an access token");
  }
  if (!is_token(token.access.reveal())) {
    return told.error(ErrorKind::protocol, "gave an access token that cannot be sent");
  }
  token.expires_at = told.reading.now + lifetime_of(told.answer, told.reading.now);
  return token;
}

/// 5xx pass, unless the body is an OAuth refusal in so many words: asking again could lock the
/// account. "server_error" and "temporarily_unavailable" are RFC 6749's words for a bad moment.
Error server_error(const Told& told) {
  const std::string code = text_at(told.answer, "error");
  const bool passing = code.empty() || code == "server_error" || code == "temporarily_unavailable";
  return passing ? told.error(ErrorKind::unavailable, "could not answer the sign-in")
                 : told.refused();
}

Error failure(const Told& told) {
  const Timestamp now = told.reading.now;
  const int status = told.response.status;
  if (status >= 500) return server_error(told);
  if (status == 429) {
    const auto wait = asked_wait(told.response, now);
    const auto until = wait ? std::optional<Timestamp>(now + *wait) : std::nullopt;
    return throttled(told.reading.options.partner, until, told.words());
  }
  if (status >= 300 && status < 400) {
    const auto target = split_url(told.response.header("Location").value_or("")).host;
    return told.error(ErrorKind::unavailable,
                      fmt::format("sends the sign-in on to \"{}\"", excerpt(target, 100)));
  }
  if (told.says_later()) {
    return told.error(ErrorKind::unavailable, "could not answer the sign-in");
  }
  // A bad client, a bad user, a locked user and a wrong set-up all look alike, with any body.
  if (status == 400 || status == 401 || status == 403) return told.refused();
  return told.error(ErrorKind::protocol, "has no sign-in where it was asked");
}

}  // namespace

std::variant<Token, Error> read_token_answer(const Response& response, std::string_view plain_body,
                                             const Reading& reading) {
  const Told told{response, plain_body, reading, parse_answer(plain_body)};
  if (response.status >= 200 && response.status < 300) return read_success(told);
  return failure(told);
}

Token parse_token_answer(const Response& response, std::string_view plain_body, Timestamp now,
                         const OAuthOptions& options) {
  auto read = read_token_answer(response, plain_body, {options, SecretMask(), now});
  if (const auto* error = std::get_if<Error>(&read)) throw Error(*error);
  return std::get<Token>(std::move(read));
}

}  // namespace itsmc::http
