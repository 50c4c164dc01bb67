#include "itsmc/http/client.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http/answer.hpp"
#include "http/exchange_log.hpp"
#include "http/pace.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;

constexpr bool is_throttle(int status) {
  return status == 429 || status == 503;
}

/// Asking again cannot change these; without an answer all else may pass.
constexpr bool is_lasting(FailureCause cause) {
  return cause == FailureCause::tls_chain || cause == FailureCause::tls_host ||
         cause == FailureCause::tls_expired || cause == FailureCause::too_large;
}

/// A server error that the product itself calls final.
bool is_settled(const Judge& judge, const Request& request, const Response& response) {
  return response.status >= 500 && judge.lasting &&
         judge.lasting(request, response, readable_body(response));
}

BodyDue due_of(const Request& request) {
  return request.method == "DELETE" || request.method == "HEAD" ? BodyDue::no : BodyDue::yes;
}

bool has_header(const Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [name](const Header& header) { return iequals(header.first, name); });
}

Request with_headers(const Request& request, const std::string& authorization) {
  Request whole = request;
  if (!has_header(request, "Accept")) whole.headers.emplace_back("Accept", "application/json");
  if (!request.body.empty() && !has_header(request, "Content-Type")) {
    whole.headers.emplace_back("Content-Type", "application/json");
  }
  if (!authorization.empty()) whole.headers.emplace_back("Authorization", authorization);
  return whole;
}

Error interrupted() {
  return {ErrorKind::cancelled, "interrupted"};
}

}  // namespace

/// A transport for the length of one exchange; back to the idle ones afterwards.
struct Client::Lease {
  explicit Lease(Client& owner) : client(owner) {
    const std::scoped_lock hold(client.mutex_);
    if (client.idle_.empty()) return;
    transport = std::move(client.idle_.back());
    client.idle_.pop_back();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (!transport) return;
    const std::scoped_lock hold(client.mutex_);
    client.idle_.push_back(std::move(transport));
  }
  Transport& operator*() {
    if (!transport) transport = client.wire_.new_transport();
    return *transport;
  }

  Client& client;
  std::unique_ptr<Transport> transport;
};

Client::Client(ClientOptions options, std::unique_ptr<Authorizer> authorizer, Wire wire)
    : options_(std::move(options)),
      authorizer_(std::move(authorizer)),
      wire_(std::move(wire)),
      pace_(std::make_unique<Pace>()) {}

Client::~Client() = default;

Response Client::exchange(const Request& request, Replay replay, const std::stop_token& stop) {
  Response response = attempt_until_final(request, replay, stop);
  const auto error = judge_answer(response, options_, due_of(request), wire_.clock.now());
  if (error) throw Error(*error);
  return response;
}

Response Client::raw(const Request& request, Replay replay, const std::stop_token& stop) {
  return attempt_until_final(request, replay, stop);
}

nlohmann::json Client::get(std::string_view path, const Query& query, const std::stop_token& stop) {
  Request request;
  request.url = url(path, query);
  const Response response = exchange(request, Replay::safe, stop);
  std::string plain;
  const std::string_view body = plain_body(response, plain);
  nlohmann::json parsed = nlohmann::json::parse(body, nullptr, false);
  if (!parsed.is_discarded()) return parsed;
  Error error(ErrorKind::protocol,
              fmt::format("{} sent JSON that is not complete: \"{}\" ({} bytes)",
                          options_.judge.partner, excerpt(body, 200), body.size()));
  const auto id = response.header(options_.judge.request_id_header);
  if (id) error.with_request_id(excerpt(*id, 100));
  throw Error(error);
}

std::string Client::url(std::string_view path, const Query& query) const {
  std::string whole = options_.base_url;
  whole += path;
  if (!query.empty()) whole += '?' + form_encode(query);
  return whole;
}

Timestamp Client::served_at() const {
  const auto served = pace_->served_at();
  return served ? *served : wire_.clock.now();
}

std::optional<Error> Client::failure_of(const Response& response) const {
  return judge_answer(response, options_, BodyDue::yes, wire_.clock.now());
}

Response Client::attempt_until_final(const Request& request, Replay replay,
                                     const std::stop_token& stop) {
  Attempt attempt{.tries = 0, .status = 0, .sent = true, .replay = replay, .retry_after = {}};
  std::string authorization;
  bool renewed = false;
  for (;;) {
    await_turn(attempt, stop);
    Exchange answer = send_once(request, authorization, stop);
    if (answer.response && answer.response->status == 401 && authorizer_ && !renewed) {
      renewed = true;
      if (!authorizer_->renew(authorization, stop)) return std::move(*answer.response);
      continue;
    }
    note(answer, attempt);
    const bool lasting = answer.response ? is_settled(options_.judge, request, *answer.response)
                                         : is_lasting(answer.failure.cause);
    const auto wait = lasting ? std::nullopt : next_wait(options_.retry, attempt, wire_.jitter());
    if (!wait && answer.response) return std::move(*answer.response);
    if (!wait) throw no_answer(answer.failure, options_);
    wait_before_repeat(*wait, attempt, stop);
  }
}

void Client::await_turn(Attempt& attempt, const std::stop_token& stop) {
  for (;;) {
    if (stop.stop_requested()) throw interrupted();
    const milliseconds left = pace_->left(wire_.clock.steady_now());
    if (left.count() == 0) return;
    if (left > options_.retry.budget - attempt.waited) {
      throw throttled(options_.judge.partner, wire_.clock.now() + left, "");
    }
    attempt.waited += left;
    wait_throttled(left, stop);
  }
}

/// Takes into account what came back: the server's clock, what it asks for, the next try's facts.
void Client::note(const Exchange& answer, Attempt& attempt) {
  ++attempt.tries;
  attempt.status = answer.response ? answer.response->status : 0;
  attempt.sent = answer.response || answer.failure.sent;
  attempt.retry_after.reset();
  if (!answer.response) {
    if (answer.failure.cause == FailureCause::cancelled) throw interrupted();
    return;
  }
  const auto date = answer.response->header("Date");
  if (const auto served = date ? parse_http_date(*date) : std::nullopt) {
    pace_->note_served_at(*served);
  }
  if (!is_throttle(attempt.status)) return;
  attempt.retry_after = asked_wait(*answer.response, wire_.clock.now());
  if (attempt.retry_after) {
    pace_->hold_until(wire_.clock.steady_now() + *attempt.retry_after);
  }
}

void Client::wait_before_repeat(milliseconds wait, Attempt& attempt, const std::stop_token& stop) {
  wire_.log(LogLevel::info,
            fmt::format("{}: {}, try {} of {} in {}", options_.connection,
                        attempt.status == 0 ? "no answer" : std::to_string(attempt.status),
                        attempt.tries + 1, options_.retry.max_tries, format_duration(wait)));
  ++traffic_.retries;
  attempt.waited += wait;
  if (is_throttle(attempt.status)) {
    wait_throttled(wait, stop);
  } else if (!wire_.clock.wait_for(wait, stop)) {
    throw interrupted();
  }
}

void Client::wait_throttled(milliseconds wait, const std::stop_token& stop) {
  pace_->begin_wait(wire_.clock.steady_now());
  const bool waited = wire_.clock.wait_for(wait, stop);
  traffic_.throttled_ms += pace_->end_wait(wire_.clock.steady_now()).count();
  if (!waited) throw interrupted();
}

Exchange Client::send_once(const Request& request, std::string& authorization,
                           std::stop_token stop) {
  if (authorizer_) authorization = authorizer_->authorization(stop);
  const Request whole = with_headers(request, authorization);
  Lease lease(*this);
  ++traffic_.requests;
  const auto begun = wire_.clock.steady_now();
  Exchange answer = (*lease).send(whole, std::move(stop));
  const auto took = std::chrono::round<milliseconds>(wire_.clock.steady_now() - begun);
  const std::string asked = logged_request(request);
  if (!answer.response) {
    if (!answer.failure.sent) ++traffic_.unreached;
    wire_.log(LogLevel::debug,
              fmt::format("{}: {}, {} ms", asked, answer.failure.text, took.count()));
    return answer;
  }
  const Response& response = *answer.response;
  traffic_.bytes += static_cast<std::int64_t>(response.body.size());
  wire_.log(LogLevel::debug,
            fmt::format("{}: {}, {} ms, request {}", asked, logged_response(response), took.count(),
                        response.header(options_.judge.request_id_header).value_or("-")));
  return answer;
}

}  // namespace itsmc::http
