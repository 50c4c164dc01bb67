#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "http/curl_library.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {

/// How a transfer ended, before it is judged.
struct CurlOutcome {
  CURLcode code = CURLE_OK;
  bool cancelled = false;  // the stop token
  bool too_large = false;  // the body passed the limit
};

/// What comes in during one transfer.
struct Arrival {
  const CurlLibrary* curl = nullptr;
  ::CURL* easy = nullptr;
  std::size_t max_body_bytes = 0;
  Response response;
  std::string status_line;
  bool header_complete = false;  // the empty line after it came
  bool too_large = false;
  std::chrono::steady_clock::time_point last_byte{};  // unset until the first
};

/// One libcurl handle with its connection cache, in a multi handle of its own so that a stop token
/// can wake it. One object, one thread. The library outlives everything.
class CurlSession {
 public:
  explicit CurlSession(const TransportOptions& options);
  CurlSession(const CurlSession&) = delete;
  CurlSession& operator=(const CurlSession&) = delete;
  ~CurlSession();

  /// Options of any earlier request are forgotten, connections stay open.
  void prepare(const Request& request);
  template <typename Value>
  void set(CURLoption option, Value value) {
    static_assert(std::is_same_v<Value, long> || std::is_same_v<Value, curl_off_t> ||
                      std::is_pointer_v<Value>,
                  "libcurl reads its argument by the option's type");
    check(curl_.easy_setopt(easy_.get(), option, value), option);
  }
  template <typename Value>
  [[nodiscard]] Value info(CURLINFO what) const {
    Value value{};
    curl_.easy_getinfo(easy_.get(), what, &value);
    return value;
  }
  CurlOutcome run(const std::stop_token& stop);

  [[nodiscard]] Arrival& arrival() noexcept { return arrival_; }
  [[nodiscard]] const Arrival& arrival() const noexcept { return arrival_; }
  /// libcurl's own words for what went wrong.
  [[nodiscard]] std::string words(CURLcode code) const;
  /// A proxy stands between us and this request's host.
  [[nodiscard]] bool uses_proxy() const noexcept { return uses_proxy_; }
  [[nodiscard]] const TransportOptions& options() const noexcept { return options_; }

 private:
  using Easy = std::unique_ptr<::CURL, decltype(&curl_easy_cleanup)>;
  using Multi = std::unique_ptr<::CURLM, decltype(&curl_multi_cleanup)>;
  using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

  static void check(CURLcode code, CURLoption option);
  void set_connection(const std::string& url);
  void set_headers(const Request& request);
  void set_method(const Request& request);
  [[nodiscard]] CURLcode perform(const std::stop_token& stop);

  const CurlLibrary& curl_;
  TransportOptions options_;
  Multi multi_;  // outlives the easy handle
  Easy easy_;
  List headers_;
  Arrival arrival_;
  bool uses_proxy_ = false;
  bool spent_ = false;  // the last exchange failed
  std::vector<char> error_text_;
};

}  // namespace itsmc::http
