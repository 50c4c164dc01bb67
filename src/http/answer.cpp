#include "http/answer.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t k_max_page_bytes = 4U << 20U;
constexpr std::size_t k_shown_bytes = 200;
constexpr std::size_t k_words_bytes = 400;

struct Judged {
  const Response& response;
  const ClientOptions& options;
  std::string plain;
  bool json = false;
};

std::string test_command(const ClientOptions& options) {
  return fmt::format("itsmc {} test {}", options.noun, options.connection);
}

/// " (403)", " (403): User Not Authorized", or the page's looks when it is not JSON.
std::string in_its_words(const Judged& judged) {
  std::string said;
  if (judged.json && judged.options.judge.words) said = judged.options.judge.words(judged.plain);
  if (!judged.json && !judged.plain.empty()) said = describe_page(judged.response, judged.plain);
  said = excerpt(said, k_words_bytes);
  return fmt::format("{}{} ({})", said.empty() ? "" : ": ", said, judged.response.status);
}

Error error_of(const Judged& judged, ErrorKind kind, std::string_view what) {
  return {kind, fmt::format("{} {}{}", judged.options.judge.partner, what, in_its_words(judged)),
          test_command(judged.options)};
}

Error redirect(const Judged& judged) {
  const std::string target(judged.response.header("Location").value_or(""));
  const std::string_view host = split_url(target).host;
  return error_of(judged, ErrorKind::unavailable,
                  host.empty() ? "sends us to another page"
                               : fmt::format("sends us on to \"{}\"", excerpt(host, 100)));
}

Error rate_limit(const Judged& judged, Timestamp now) {
  const auto wait = asked_wait(judged.response, now);
  const auto until = wait ? std::optional<Timestamp>(now + *wait) : std::nullopt;
  return throttled(judged.options.judge.partner, until, in_its_words(judged));
}

Error client_error(const Judged& judged, Timestamp now) {
  switch (judged.response.status) {
    case 401: {
      Error refused = error_of(judged, ErrorKind::auth, "does not accept the sign-in");
      if (judged.options.noun != "connection") return refused;  // nobody logs in to it
      return refused.with_hint("itsmc connection login " + judged.options.connection);
    }
    case 403:
      return error_of(judged, ErrorKind::denied, "refused the request");
    case 404:
      return error_of(judged, ErrorKind::not_found, "did not find it");
    case 408:
      return error_of(judged, ErrorKind::unavailable, "gave up waiting for the request");
    case 429:
      return rate_limit(judged, now);
    default:
      return error_of(judged, ErrorKind::protocol, "did not take the request");
  }
}

Error server_error(const Judged& judged, Timestamp now) {
  Error failed = error_of(judged, ErrorKind::unavailable, "could not answer");
  const auto wait = asked_wait(judged.response, now);
  if (wait) failed.with_retry_at(std::chrono::ceil<std::chrono::seconds>(now + *wait));
  return failed;
}

/// A 2xx is not proof (servicenow reference 2.6): 202 is a request dropped from a full queue, an
/// empty 200 is another program that answered.
std::optional<Error> success_error(const Judged& judged, BodyDue due) {
  const int status = judged.response.status;
  if (due == BodyDue::no && status != 202 && judged.plain.empty()) return std::nullopt;
  if (status == 202 && judged.plain.empty()) {
    return error_of(judged, ErrorKind::unavailable, "put the request aside and did not do it");
  }
  if (judged.plain.empty()) {
    return error_of(judged, ErrorKind::protocol, "sent an empty body where JSON is due");
  }
  if (!judged.json) {
    return error_of(judged, ErrorKind::protocol,
                    fmt::format("did not answer with JSON, \"{}\" sent",
                                split_url(judged.options.base_url).authority));
  }
  if (status == 200 || status == 201) return std::nullopt;
  if (status == 202 && due == BodyDue::no) return std::nullopt;
  return error_of(judged, ErrorKind::protocol, "gave a part or none of what was asked");
}

/// Sign-ins, waits and rate limits are the client's own business, whatever the body says.
bool may_be_named(const Judged& judged) {
  const int status = judged.response.status;
  const bool own = status == 401 || status == 408 || status == 429;
  return judged.json && judged.options.judge.named && status >= 400 && !own;
}

std::optional<Error> judge(const Judged& judged, BodyDue due, Timestamp now) {
  const int status = judged.response.status;
  const bool redirected = status >= 300 && status < 400;
  const bool strange = redirected || (!judged.json && !judged.plain.empty());
  if (strange && judged.options.judge.foreign) {
    auto named = judged.options.judge.foreign(judged.response, judged.plain);
    if (named) return named;
  }
  if (may_be_named(judged)) {
    auto named = judged.options.judge.named(judged.response, judged.plain);
    if (named) return named;
  }
  if (status >= 200 && status < 300) return success_error(judged, due);
  if (redirected) return redirect(judged);
  if (status >= 400 && status < 500) return client_error(judged, now);
  if (status >= 500) return server_error(judged, now);
  return error_of(judged, ErrorKind::protocol, "answered with an unknown status");
}

/// A good page is not inflated only to be judged: its decoder does that.
bool is_plainly_good(const Response& response) {
  return (response.status == 200 || response.status == 201) && !response.body.empty() &&
         response.header("Content-Type") && is_json(response, {});
}

std::optional<milliseconds> limit_reset(const Response& response, Timestamp served) {
  const auto reset = response.header("X-RateLimit-Reset");
  if (!reset || response.status != 429) return std::nullopt;
  std::int64_t at = 0;
  const std::string_view text = trim(*reset);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), at);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  constexpr std::int64_t k_believable = 24L * 3600;  // the limits count by the hour
  const std::int64_t left = at - served.time_since_epoch().count() / 1000;
  if (left < 0 || left > k_believable) return std::nullopt;
  return std::chrono::seconds(left);
}

}  // namespace

std::optional<Error> judge_answer(const Response& response, const ClientOptions& options,
                                  BodyDue due, Timestamp now) {
  if (is_plainly_good(response)) return std::nullopt;
  Judged judged{.response = response, .options = options, .plain = readable_body(response)};
  judged.json = is_json(response, judged.plain);
  std::optional<Error> error = judge(judged, due, now);
  if (!error) return std::nullopt;
  const auto id = response.header(options.judge.request_id_header);
  if (id && error->request_id().empty()) error->with_request_id(excerpt(*id, 100));
  return error;
}

std::string unreached_hint(FailureCause cause, const Called& called) {
  const std::string edit = fmt::format("itsmc {} edit {}", called.noun, called.name);
  const bool elsewhere = called.address == "authority";  // `test` looks at the url's door only
  if (cause == FailureCause::tls_chain) return edit + " --ca-file /path/to/authority.pem";
  if (elsewhere && cause == FailureCause::dns) {
    return fmt::format(
        "see to this machine's network and DNS; behind a proxy: {0} --proxy http://HOST:PORT; if "
        "its host is mistyped: {0} --{1} https://HOST",
        edit, called.address);
  }
  if (elsewhere && (cause == FailureCause::refused || cause == FailureCause::unreachable)) {
    return fmt::format(
        "{0} --{1} https://HOST, or, behind a firewall: {0} --proxy http://HOST:PORT", edit,
        called.address);
  }
  return fmt::format("itsmc {} test {}", called.noun, called.name);
}

Error no_answer(const Failure& failure, const ClientOptions& options) {
  if (failure.cause == FailureCause::cancelled) return {ErrorKind::cancelled, "interrupted"};
  const ErrorKind kind =
      failure.cause == FailureCause::too_large ? ErrorKind::protocol : ErrorKind::unavailable;
  return {kind, fmt::format("no answer from {}: {}", options.judge.partner, failure.text),
          unreached_hint(failure.cause, {options.noun, options.connection, "url"})};
}

Error throttled(std::string_view partner, std::optional<Timestamp> until, std::string_view detail) {
  if (!until) {
    return {ErrorKind::throttled, fmt::format("{} asks us to slow down{}", partner, detail),
            "come back in some minutes, or with fewer requests at once: --in-flight 1"};
  }
  const auto at = std::chrono::ceil<std::chrono::seconds>(*until);
  const std::string text = format_rfc3339(at);
  // The day is left out when it says nothing: a rate limit is a matter of minutes.
  constexpr std::size_t k_clock_part = 11;
  Error error(
      ErrorKind::throttled,
      fmt::format("{} has a rate limit until {}{}", partner, text.substr(k_clock_part), detail),
      "come back after that, or have the instance's administrator raise the limit");
  return error.with_retry_at(at);
}

std::optional<milliseconds> asked_wait(const Response& response, Timestamp now) {
  const auto date = response.header("Date");
  const Timestamp served = (date ? parse_http_date(*date) : std::nullopt).value_or(now);
  const auto value = response.header("Retry-After");
  const auto wait = value ? parse_retry_after(*value, served) : std::nullopt;
  return wait ? wait : limit_reset(response, served);
}

bool is_json(const Response& response, std::string_view plain_body) noexcept {
  const auto type = response.header("Content-Type");
  if (!type) {
    const std::string_view body = trim(plain_body);
    return body.starts_with('{') || body.starts_with('[');
  }
  const std::string_view media = trim(type->substr(0, type->find(';')));
  if (iequals(media, "application/json") || iequals(media, "text/json")) return true;
  constexpr std::string_view k_suffix = "+json";
  return media.size() > k_suffix.size() &&
         iequals(media.substr(media.size() - k_suffix.size()), k_suffix);
}

std::string page_title(std::string_view html) {
  const std::string lowered = to_lower(html.substr(0, k_max_page_bytes));
  const std::size_t tag = lowered.find("<title");
  const std::size_t begin = tag == std::string::npos ? tag : lowered.find('>', tag);
  const std::size_t end = begin == std::string::npos ? begin : lowered.find("</title", begin);
  if (end == std::string::npos) return {};
  return excerpt(trim(html.substr(begin + 1, end - begin - 1)), k_shown_bytes);
}

std::string describe_page(const Response& response, std::string_view plain_body) {
  if (trim(plain_body).empty()) return "an empty body";
  const std::string type = excerpt(response.header("Content-Type").value_or("no type"), 60);
  const std::string title = page_title(plain_body);
  const std::string begin = excerpt(plain_body.substr(0, k_shown_bytes), k_shown_bytes);
  if (title.empty()) return fmt::format("{}: {}", type, begin);
  return fmt::format("{} \"{}\": {}", type, title, begin);
}

std::string readable_body(const Response& response) {
  std::string plain;
  try {
    const std::string_view view = plain_body(response, plain, k_max_page_bytes);
    return std::string(view);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace itsmc::http
