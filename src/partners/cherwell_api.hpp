#pragma once

#include <stop_token>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/http/client.hpp"

namespace itsmc::partners::cherwell {

/// The REST interface of one instance: small questions, parsed, with the culture that dates and
/// numbers are read in (cherwell reference 8). Safe from several threads; the client outlives it.
class Api {
 public:
  explicit Api(http::Client& client) noexcept : client_(client) {}

  /// Throws as http::Client, and for a 200 that carries an error (reference 11).
  [[nodiscard]] nlohmann::json get(std::string_view path, const http::Query& query,
                                   const std::stop_token& stop) const;
  [[nodiscard]] nlohmann::json post(std::string_view path, const nlohmann::json& body,
                                    const std::stop_token& stop) const;
  /// The answer to a POST that only reads, as it came.
  [[nodiscard]] http::Response ask(std::string_view path, const nlohmann::json& body,
                                   const std::stop_token& stop) const;
  /// The answer to a POST that may write, whatever it says of itself: nothing is checked but that
  /// it is JSON. Throws as http::Client.
  [[nodiscard]] nlohmann::json write(std::string_view path, const nlohmann::json& body,
                                     http::Replay replay, const std::stop_token& stop) const;
  /// Where `post` and `write` send to.
  [[nodiscard]] std::string url(std::string_view path) const;
  [[nodiscard]] Timestamp served_at() const { return client_.served_at(); }

 private:
  http::Client& client_;
};

inline constexpr std::string_view k_search_path = "/api/V1/getsearchresults";
inline constexpr std::string_view k_save_path = "/api/V1/savebusinessobject";

/// As it is sent: bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string body_text(const nlohmann::json& body);

}  // namespace itsmc::partners::cherwell
