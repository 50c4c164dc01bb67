#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/retry.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {

using Query = std::vector<std::pair<std::string, std::string>>;

/// What a connection has cost so far. Read from any thread.
struct Traffic {
  std::atomic<std::int64_t> requests{0}, retries{0}, throttled_ms{0}, bytes{0};
  std::atomic<std::int64_t> unreached{0};  // of the requests: those that found nobody to send to
};

/// What the product's bodies mean: the only thing the client cannot know. Pure functions.
struct Judge {
  std::string partner;  // "ServiceNow"
  /// The server's own words in an error body ("Operation Failed: ACL Exception..."); empty if none.
  std::function<std::string(std::string_view plain_body)> words;
  /// A named failure behind a body that is not the product's (hibernating, sign-on page); absent:
  /// the client says "not JSON" with the title. Called for non-JSON content types and 3xx.
  std::function<std::optional<Error>(const Response&, std::string_view plain_body)> foreign;
  /// The failure that a JSON body names where the status alone would say something else (Cherwell
  /// answers 500 for "not found"). Absent: the status decides. Called for JSON bodies of 400 and
  /// above, but not for 401, 408 and 429.
  std::function<std::optional<Error>(const Response&, std::string_view plain_body)> named;
  /// True when asking the same again cannot help, whatever a 5xx promises. Absent: 5xx may pass.
  std::function<bool(const Request&, const Response&, std::string_view plain_body)> lasting;
  std::string request_id_header = "X-Transaction-ID";
};

/// What an HTML page's <title> says, at most 200 bytes; empty without one.
[[nodiscard]] std::string page_title(std::string_view html);

struct ClientOptions {
  std::string connection;  // for messages
  std::string base_url;
  RetryPolicy retry;
  Judge judge;
  std::string noun = "connection";  // what it is: "itsmc NOUN test NAME" is a hint
};

/// JSON over HTTP with credentials, waits and the server's own words. Deep: token, renewal after a
/// 401 (once), retries, Retry-After shared by all threads of the connection, size limits and
/// redacted log lines are inside. Safe from several threads (each call leases a transport).
class Client {
 public:
  Client(ClientOptions options, std::unique_ptr<Authorizer> authorizer, Wire wire);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// The complete 2xx answer, body as sent. Throws Error: auth (401 after renewal), denied (403),
  /// not_found (404), throttled (429 that does not fit; retry_at set), unavailable (no answer,
  /// 5xx, 3xx and foreign pages by the judge), protocol (anything else, empty body or not JSON
  /// where a body is due). The text has status, the server's words and the request id.
  Response exchange(const Request& request, Replay replay, const std::stop_token& stop);
  /// As `exchange`, for callers that judge statuses themselves: returns any status but 401 (renewed
  /// once), 408, 429 and 5xx, which are retried as ever and returned when the tries are used up.
  Response raw(const Request& request, Replay replay, const std::stop_token& stop);
  /// GET base_url + path?query, parsed. For small answers; pages use exchange + their decoder.
  nlohmann::json get(std::string_view path, const Query& query, const std::stop_token& stop);

  /// base_url + path + encoded query.
  [[nodiscard]] std::string url(std::string_view path, const Query& query) const;
  [[nodiscard]] const Traffic& traffic() const noexcept { return traffic_; }
  /// The server's clock by the last answer's Date header; our clock when none came yet.
  [[nodiscard]] Timestamp served_at() const;
  /// The Error that `exchange` would throw for this answer; absent for a good one.
  [[nodiscard]] std::optional<Error> failure_of(const Response& response) const;

 private:
  struct Lease;
  struct Pace;
  Response attempt_until_final(const Request& request, Replay replay, const std::stop_token& stop);
  Exchange send_once(const Request& request, std::string& authorization, std::stop_token stop);
  void await_turn(Attempt& attempt, const std::stop_token& stop);
  void note(const Exchange& answer, Attempt& attempt);
  void wait_before_repeat(std::chrono::milliseconds wait, Attempt& attempt,
                          const std::stop_token& stop);
  void wait_throttled(std::chrono::milliseconds wait, const std::stop_token& stop);

  ClientOptions options_;
  std::unique_ptr<Authorizer> authorizer_;  // may be null: no credentials
  Wire wire_;
  Traffic traffic_;
  std::unique_ptr<Pace> pace_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Transport>> idle_;
};

}  // namespace itsmc::http
