#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/partners/intake.hpp"
#include "itsmc/partners/partner.hpp"
#include "partners/scsm_contract.hpp"

namespace itsmc::partners::scsm {

/// The web app that is asked. Outlives what it is given to; safe from several threads.
struct App {
  const Connection& connection;
  http::Client& client;
  const http::Wire& wire;
};

/// One GET with a request id of ours, which the contract echoes. Any status that the client does
/// not retry away is a value; throws what a sign-in and a lost answer throw.
[[nodiscard]] http::Response ask(const App& app, const std::string& url,
                                 const std::stop_token& stop);

/// How any part of this partner speaks to the web app.
[[nodiscard]] http::ClientOptions client_options(const Connection& connection,
                                                 const PartnerOptions& options);

/// A write with a request id of ours, its answer's JSON. Throws the failure, protocol for an answer
/// that is no JSON object.
[[nodiscard]] nlohmann::json send(const App& app, const PlannedRequest& planned,
                                  http::Replay replay, const std::stop_token& stop);

/// The Error that this answer is, with the next step that the contract's code tells: audience, user
/// role, hybrid connection. Absent for a good one.
[[nodiscard]] std::optional<Error> failure_of(const App& app, const http::Response& response);

/// A small answer's JSON. Throws the failure.
[[nodiscard]] nlohmann::json get(const App& app, std::string_view path,
                                 const std::stop_token& stop);
[[nodiscard]] nlohmann::json get(const App& app, std::string_view path, const http::Query& query,
                                 const std::stop_token& stop);

/// /info, read with patience: a web app that was asleep answers with App Service's pages until it
/// is up. Throws the failure; where Microsoft's own web app answers, an Error that says so.
[[nodiscard]] About read_about(const App& app, const std::stop_token& stop);

/// What the same address gives to somebody without a token.
[[nodiscard]] std::optional<http::Response> ask_without_token(const App& app, std::string_view path,
                                                              const std::stop_token& stop);

/// The body's JSON; discarded when it is none.
[[nodiscard]] nlohmann::json json_of(const http::Response& response);

/// What to try when a good token is refused: the audience must be the web app's to the letter.
[[nodiscard]] std::string audience_hint(const Connection& connection);

}  // namespace itsmc::partners::scsm
