#include "partners/scsm_app.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/scsm.hpp"

namespace itsmc::partners::scsm {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr std::array k_wake_waits = {seconds(5), seconds(10), seconds(15)};

// scsm reference 5: 502 sdkUnavailable and 504 sdkTimeout, by code; a 500 is the app's own.
constexpr std::string_view k_hybrid =
    "the web app runs but cannot reach the management server: check the hybrid connection (Azure "
    "portal > the web app > Networking > Hybrid connections: Connected), the Hybrid Connection "
    "Manager on its Windows machine, and port 5724 of the management server (service System Center "
    "Data Access Service)";
constexpr std::string_view k_slow =
    "the management server did not answer in time: check its load and its database; fewer rows at "
    "once: itsmc sync run {} --page-size 100";
constexpr std::string_view k_role =
    "the web app's Service Manager account needs the user role Advanced Operators: Service Manager "
    "console > Administration > Security > User Roles";

std::string hint_of(const App& app, const http::Response& response, const ErrorBody& body) {
  if (response.status == 401) return audience_hint(app.connection);
  if (response.status == 403) return std::string(k_role);
  if (body.code == "sdkUnavailable") return std::string(k_hybrid);
  if (body.code == "sdkTimeout") return fmt::format(fmt::runtime(k_slow), app.connection.name);
  return {};
}

std::string plain_body(const http::Response& response) {
  std::string plain;
  try {
    return std::string(http::plain_body(response, plain));
  } catch (const Error&) {
    return {};  // damaged: the status is all there is
  }
}

/// 502 and 503 that are not the contract's: App Service, while the app behind it starts.
bool may_be_asleep(const http::Response& response) {
  const bool gateway = response.status == 502 || response.status == 503;
  return gateway && !json_of(response).is_object();
}

bool is_configtest(const json& answer) {
  const auto result = answer.is_object() ? answer.find("result") : answer.end();
  return result != answer.end() && result->is_array() && answer.contains("reason");
}

/// By its Swagger document (title "smoc"), else by its one readable route (scsm reference 2). No
/// token and no secret is sent.
bool is_microsofts(const App& app, const std::stop_token& stop) {
  const auto swagger = ask_without_token(app, "/swagger/docs/v1", stop);
  if (swagger && swagger->status == 200) {
    const json document = json_of(*swagger);
    const auto about = document.is_object() ? document.find("info") : document.end();
    if (about != document.end() && about->is_object()) {
      const auto title = about->find("title");
      const bool smoc = title != about->end() && title->is_string() &&
                        iequals(title->get_ref<const std::string&>(), "smoc");
      if (smoc) return true;
    }
  }
  const auto test = ask_without_token(app, "/api/configtest", stop);
  return test && (test->status == 405 || is_configtest(json_of(*test)));
}

Error microsofts(const App& app) {
  return {ErrorKind::protocol,
          fmt::format("{} is Microsoft's own web app for Service Manager: it does not publish its "
                      "work-item routes, so nothing can be read from it",
                      app.connection.url),
          fmt::format("host a gateway that serves {} beside it, behind the same hybrid connection: "
                      "docs/scsm-gateway (in /usr/share/doc/itsmc) has one; then: itsmc connection "
                      "edit {} --url URL",
                      k_contract, app.connection.name)};
}

Error no_contract(const App& app, const http::Response& response) {
  return {ErrorKind::protocol,
          fmt::format("{} does not serve {}: {} gives {}", app.connection.url, k_contract,
                      k_about_path, response.status),
          "docs/scsm-gateway (in /usr/share/doc/itsmc) tells what an administrator must host"};
}

/// The answer that counts, after the web app has had time to start.
http::Response ask_patiently(const App& app, const std::string& url, const std::stop_token& stop) {
  http::Response response = ask(app, url, stop);
  for (const seconds wait : k_wake_waits) {
    if (!may_be_asleep(response)) break;
    app.wire.log(LogLevel::info, fmt::format("{}: the web app may be starting ({}), asking again",
                                             app.connection.name, response.status));
    if (!app.wire.clock.wait_for(wait, stop)) throw Error(ErrorKind::cancelled, "interrupted");
    response = ask(app, url, stop);
  }
  return response;
}

void name_request(const App& app, http::Request& request) {
  request.headers.emplace_back(
      "x-request-id", fmt::format("itsmc-{:x}-{}", app.wire.clock.now().time_since_epoch().count(),
                                  app.client.traffic().requests.load()));
}

json object_of(const http::Response& response, std::string_view asked) {
  json answer = json_of(response);
  if (answer.is_object()) return answer;
  throw Error(ErrorKind::protocol, fmt::format("{} gave JSON that is not complete: \"{}\"", asked,
                                               excerpt(plain_body(response), 200)));
}

}  // namespace

json json_of(const http::Response& response) {
  return json::parse(plain_body(response), nullptr, false);
}

std::string audience_hint(const Connection& connection) {
  const std::string& asked = connection.audience;
  const std::string other = asked.ends_with('/') ? asked.substr(0, asked.size() - 1) : asked + '/';
  return fmt::format(
      "the token was asked for the audience \"{}\"; the web app's setting ida:Audience must be the "
      "same to the letter, a trailing slash included (Azure portal > the web app > Configuration). "
      "If it says \"{}\": itsmc connection edit {} --audience {}; it may also be the client id",
      asked, other, connection.name, other);
}

http::ClientOptions client_options(const Connection& connection, const PartnerOptions& options) {
  return {.connection = connection.name,
          .base_url = connection.url,
          .retry = options.retry,
          .judge = judge(connection.url)};
}

http::Response ask(const App& app, const std::string& url, const std::stop_token& stop) {
  http::Request request;
  request.url = url;
  name_request(app, request);
  return app.client.raw(request, http::Replay::safe, stop);
}

json send(const App& app, const PlannedRequest& planned, http::Replay replay,
          const std::stop_token& stop) {
  http::Request request;
  request.method = planned.method;
  request.url = planned.url;
  request.body = planned.body;
  name_request(app, request);
  const http::Response response = app.client.raw(request, replay, stop);
  if (const auto error = failure_of(app, response)) throw Error(*error);
  return object_of(response, planned.url);
}

std::optional<Error> failure_of(const App& app, const http::Response& response) {
  auto error = app.client.failure_of(response);
  if (!error) return std::nullopt;
  const std::string hint = hint_of(app, response, parse_error_body(plain_body(response)));
  // A page of App Service in the app's place has a next step of its own.
  if (!hint.empty() && error->kind() != ErrorKind::unavailable) error->with_hint(hint);
  if (!hint.empty() && json_of(response).is_object()) error->with_hint(hint);
  if (response.status != 401) return error;
  std::string challenge = excerpt(response.header("WWW-Authenticate").value_or(""), 200);
  if (iequals(trim(challenge), "Bearer")) challenge.clear();  // it only names the way to sign in
  Error refused(ErrorKind::auth,
                fmt::format("{}, the token for audience \"{}\"{}{}", error->text(),
                            app.connection.audience, challenge.empty() ? "" : ": ", challenge),
                hint);
  return refused.with_request_id(error->request_id());
}

json get(const App& app, std::string_view path, const std::stop_token& stop) {
  return get(app, path, {}, stop);
}

json get(const App& app, std::string_view path, const http::Query& query,
         const std::stop_token& stop) {
  const http::Response response = ask(app, app.client.url(path, query), stop);
  if (const auto error = failure_of(app, response)) throw Error(*error);
  return object_of(response, path);
}

std::optional<http::Response> ask_without_token(const App& app, std::string_view path,
                                                const std::stop_token& stop) {
  http::ClientOptions options;
  options.connection = app.connection.name;
  options.base_url = app.connection.url;
  options.retry.max_tries = 1;
  options.judge = judge(app.connection.url);
  http::Client nobody(std::move(options), nullptr, app.wire);
  http::Request request;
  request.url = nobody.url(path, {});
  try {
    return nobody.raw(request, http::Replay::safe, stop);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    return std::nullopt;
  }
}

About read_about(const App& app, const std::stop_token& stop) {
  const http::Response response = ask_patiently(app, app.client.url(k_about_path, {}), stop);
  const auto error = failure_of(app, response);
  auto about = error ? std::nullopt : parse_about(json_of(response));
  if (about && about->contract == k_contract) return *about;
  if (about) {
    throw Error(ErrorKind::protocol,
                fmt::format("the web app serves \"{}\", this version of itsmc knows {}",
                            excerpt(about->contract, 60), k_contract),
                "bring the gateway or itsmc up to date");
  }
  // Where there is no /info, somebody else's program may answer.
  const bool strange = response.status < 400 || response.status == 401 || response.status == 404 ||
                       response.status == 405;
  if (strange && is_microsofts(app, stop)) throw microsofts(app);
  const bool not_there = response.status == 404 || response.status == 405;
  if (!error || (not_there && json_of(response).is_object())) throw no_contract(app, response);
  throw Error(*error);
}

}  // namespace itsmc::partners::scsm
