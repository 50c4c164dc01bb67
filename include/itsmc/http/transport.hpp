#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/time.hpp"

namespace itsmc::http {

using Header = std::pair<std::string, std::string>;

/// What a write may travel on. A kept connection spares the handshakes; one that turns out dead
/// sends the write a second time, unseen: only for what may arrive twice.
enum class WriteOver { new_connection, kept_connection };

struct Request {
  std::string method = "GET";
  std::string url;  // whole, encoded
  std::vector<Header> headers;
  std::string body;
  WriteOver write_over = WriteOver::new_connection;
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;  // as sent: still gzip when Content-Encoding says so
  /// The first such header's value, name compared without case; absent when there is none.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// Why no complete answer came.
enum class FailureCause {
  dns,
  refused,
  unreachable,
  timeout,
  tls_chain,
  tls_host,
  tls_expired,
  tls_other,
  cut,
  too_large,
  proxy,
  cancelled,
  other
};

/// No complete answer: which stage failed, in the library's own words. `sent` is false when the
/// request surely never reached the server (then a write may be repeated).
struct Failure {
  FailureCause cause = FailureCause::other;
  std::string text;
  bool sent = true;
};

/// What a look at a server's door shows: connection test's dns, tcp, tls and clock lines.
struct Inspection {
  std::string address;  // the IP that answered; empty when none did
  std::optional<Failure> failure;
  bool tls = false;
  std::string certificate_issuer, certificate_subject;
  std::optional<Timestamp> certificate_expires;
  std::optional<Timestamp> served_at;  // the Date header
  std::string http_status_line;
};

/// An answer or the reason why there is none.
struct Exchange {
  std::optional<Response> response;
  Failure failure;  // meaningful only without a response
};

/// The seam to the network, the only one a test must fake. Every HTTP status is a value; follows no
/// redirect, keeps no cookie. One object, one thread.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual Exchange send(const Request& request, std::stop_token stop) = 0;
  /// Connects to the url's host, TLS included, asks for "/" and looks. Never throws for the
  /// network's sake.
  [[nodiscard]] virtual Inspection inspect(const std::string& url, std::stop_token stop) = 0;
};

struct TransportOptions {
  std::string ca_file, proxy;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{120'000};
  std::size_t max_body_bytes = 256U << 20U;
};

/// Opens libcurl at the first call (dlopen: linking it would cost every command 5 ms). Throws
/// Error(unforeseen) when libcurl is not installed.
[[nodiscard]] std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options);

/// A body's plain bytes. `encoding` is the Content-Encoding ("", "identity", "gzip"); `plain` is
/// reused and only grows; the result views `plain`, whatever the encoding was, with at least 64
/// spare bytes behind it for the page decoder (an empty body: nothing, without them). Throws
/// Error(protocol) for a damaged or oversized body.
[[nodiscard]] std::string_view inflate(std::string_view body, std::string_view encoding,
                                       std::string& plain, std::size_t max_bytes = 512U << 20U);
/// The same for an answer. Every answer may be gzip: each request asks for it.
[[nodiscard]] std::string_view plain_body(const Response& response, std::string& plain,
                                          std::size_t max_bytes = 512U << 20U);

/// Its bytes as a gzip member, at the level that is quickest and still smaller than zlib's quickest
/// (performance reference 6). For bodies of uploads.
[[nodiscard]] std::string gzip(std::string_view plain);

}  // namespace itsmc::http
