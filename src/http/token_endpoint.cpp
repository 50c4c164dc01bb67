#include "http/token_endpoint.hpp"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "http/answer.hpp"
#include "http/exchange_log.hpp"
#include "http/secret_mask.hpp"
#include "http/token_answer.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;

/// A form whose bytes are gone when it is.
struct FormRequest {
  explicit FormRequest(const OAuthOptions& options) {
    request.method = "POST";
    request.url = options.token_url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"}};
  }
  FormRequest(const FormRequest&) = delete;
  FormRequest& operator=(const FormRequest&) = delete;
  ~FormRequest() { wipe(request.body); }
  Request request;
};

Error not_reached(const Failure& failure, const OAuthOptions& options) {
  if (failure.cause == FailureCause::cancelled) return {ErrorKind::cancelled, "interrupted"};
  return {
      ErrorKind::unavailable,
      fmt::format("no answer from {}'s sign-in: {}", options.partner, failure.text),
      unreached_hint(failure.cause, {options.noun, options.connection, options.address_option})};
}

constexpr bool is_lasting(FailureCause cause) {
  return cause == FailureCause::tls_chain || cause == FailureCause::tls_host ||
         cause == FailureCause::tls_expired || cause == FailureCause::cancelled;
}

bool may_pass(const Error& error) {
  return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::throttled;
}

/// What one request to the endpoint came to.
struct Reply {
  std::variant<Token, Error> token;
  bool final = true;
  Attempt attempt;  // status, sent and retry_after only
};

/// What the status says about another try: a bad moment that Entra words as a 4xx is a 503.
int status_to_retry(int status, const Error* error) {
  constexpr int k_unavailable = 503;
  const bool worded = error != nullptr && error->kind() == ErrorKind::unavailable;
  return worded && status / 100 == 4 && status != 429 ? k_unavailable : status;
}

Reply read_reply(const Exchange& exchange, const Reading& reading) {
  if (!exchange.response) {
    Reply reply{.token = not_reached(exchange.failure, reading.options), .attempt = {}};
    reply.final = is_lasting(exchange.failure.cause);
    reply.attempt.sent = exchange.failure.sent;
    return reply;
  }
  const Response& response = *exchange.response;
  std::string plain = readable_body(response);
  Reply reply{.token = read_token_answer(response, plain, reading), .attempt = {}};
  wipe(plain);
  // A refusal is final whatever its status: each more could count as a wrong password.
  const auto* error = std::get_if<Error>(&reply.token);
  reply.final = error == nullptr || !may_pass(*error);
  reply.attempt.status = status_to_retry(response.status, error);
  reply.attempt.retry_after = asked_wait(response, reading.now);
  return reply;
}

/// A password that may have been counted is not sent again: accounts get locked by it. It goes once
/// more when it surely never left, and as often as another grant where the server asks to wait.
bool may_go_again(std::string_view grant, const Attempt& attempt) {
  if (grant != "password" || attempt.status == 429 || attempt.status == 503) return true;
  return attempt.status == 0 && !attempt.sent && attempt.tries == 1;
}

}  // namespace

Token TokenEndpoint::credential_grant(const Secret& password, const std::stop_token& stop) const {
  Fields fields{{"grant_type", options_.grant}};
  if (options_.grant == "password") {
    fields.emplace_back("username", options_.username);
    fields.emplace_back("password", password.reveal());
  }
  Token token = ask(std::move(fields), stop);
  if (!token.refresh.empty()) token.refresh_issued_at = wire_.clock.now();
  return token;
}

Token TokenEndpoint::refresh_grant(const Token& kept, const std::stop_token& stop) const {
  Token token =
      ask({{"grant_type", "refresh_token"}, {"refresh_token", kept.refresh.reveal()}}, stop);
  const bool fresh = !token.refresh.empty() && options_.refresh_extends_refresh_token;
  if (token.refresh.empty()) token.refresh = kept.refresh;
  token.refresh_issued_at = fresh ? wire_.clock.now() : kept.refresh_issued_at;
  return token;
}

Token TokenEndpoint::ask(Fields grant, const std::stop_token& stop) const {
  const std::string kind = grant.front().second;
  grant.insert(grant.end(), options_.fixed_fields.begin(), options_.fixed_fields.end());
  if (!options_.client_secret.empty()) {
    grant.emplace_back("client_secret", options_.client_secret.reveal());
  }
  const SecretMask secrets(grant);
  FormRequest form(options_);
  form.request.body = form_encode(grant);
  for (auto& [name, value] : grant) wipe(value);

  const RetryPolicy policy;
  milliseconds waited{0};
  for (int tries = 1;; ++tries) {
    const Exchange exchange = send(form.request, stop);
    Reply reply = read_reply(exchange, {options_, secrets, wire_.clock.now()});
    if (auto* token = std::get_if<Token>(&reply.token)) return std::move(*token);
    reply.attempt.tries = tries;
    reply.attempt.waited = waited;
    const bool final = reply.final || !may_go_again(kind, reply.attempt);
    const auto wait = final ? std::nullopt : next_wait(policy, reply.attempt, wire_.jitter());
    if (!wait) throw Error(std::get<Error>(reply.token));
    waited += *wait;
    if (!wire_.clock.wait_for(*wait, stop)) throw Error(ErrorKind::cancelled, "interrupted");
  }
}

Exchange TokenEndpoint::send(const Request& request, const std::stop_token& stop) const {
  const auto begun = wire_.clock.steady_now();
  Exchange exchange = wire_.new_transport()->send(request, stop);
  const auto took = std::chrono::round<milliseconds>(wire_.clock.steady_now() - begun);
  const std::string outcome =
      exchange.response ? std::to_string(exchange.response->status) : exchange.failure.text;
  wire_.log(LogLevel::debug,
            fmt::format("{}: {}, {} ms", logged_request(request), outcome, took.count()));
  return exchange;
}

}  // namespace itsmc::http
