#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include <nlohmann/json.hpp>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/table_profile.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::partners::provance {

/// An organisation and what is needed to ask it. All references outlive it.
struct Organisation {
  const Connection& connection;
  http::Client& client;
  const TableProfile& profile;
};

/// What every request carries (provance reference 3). `rows` 0: no page size is asked for.
[[nodiscard]] http::Request request_for(std::string url, int rows);

/// The Error behind an answer, with what to do about it in this product; absent for a good one.
[[nodiscard]] std::optional<Error> failure_of(const Organisation& organisation,
                                              const http::Response& response);

/// A write whose answer is the row: `match` is the value of If-None-Match or If-Match, or empty.
/// Any status that is final is a value; throws what a sign-in and a lost answer throw.
struct RowWrite {
  std::string method, url, body;
  http::Header match;  // {"If-None-Match", "*"}: only create
};
[[nodiscard]] http::Response send(const Organisation& organisation, const RowWrite& write,
                                  http::Replay replay, const std::stop_token& stop);
/// The answer's JSON; an empty object for one without a body.
[[nodiscard]] nlohmann::json json_of(const http::Response& response);

/// A small question: GET service path + "/" + `path`. The answer, or why there is none.
struct Answer {
  std::optional<Error> error;
  nlohmann::json body;
  std::string requests_left, time_left;  // x-ms-ratelimit-*, for people (provance reference 6)
};
/// Throws only Error(cancelled).
[[nodiscard]] Answer ask(const Organisation& organisation, const std::string& path,
                         const http::Query& query, const std::stop_token& stop);
/// The rows of a small list, all pages of it. Throws Error.
[[nodiscard]] std::vector<nlohmann::json> ask_list(const Organisation& organisation,
                                                   const std::string& path,
                                                   const http::Query& query,
                                                   const std::stop_token& stop);

}  // namespace itsmc::partners::provance
