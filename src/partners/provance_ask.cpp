#include "partners/provance_ask.hpp"

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/http/transport.hpp"
#include "partners/json_part.hpp"
#include "partners/odata_link.hpp"

namespace itsmc::partners::provance {
namespace {

using nlohmann::json;

constexpr int k_most_list_pages = 100;

std::string header_text(const http::Response& response, std::string_view name) {
  return excerpt(response.header(name).value_or(""), 40);
}

/// Where the cure lies, which the server's words do not say.
std::string hint_for(const Organisation& organisation, const Error& error, int status) {
  const Connection& connection = organisation.connection;
  if (status == 401) {
    return fmt::format(
        "Microsoft Entra gave a token, but the organisation does not take it: the url must be the "
        "environment's own address (Power Platform admin center > Environments > Environment URL), "
        "and {} an enabled user of it; then: itsmc connection login {}",
        connection.username, connection.name);
  }
  if (status == 403) {
    return fmt::format(
        "a security role must let {} read the table for the whole organisation: Power Platform "
        "admin center > Environments > Settings > Users > Manage security roles",
        connection.username);
  }
  if (status == 404 && error.kind() == ErrorKind::unavailable) {
    return fmt::format(
        "the url must be the environment's own address; an organisation older than 9.1 has its "
        "tables at service-path = \"/api/data/v9.0\": write that into a profile, then: itsmc "
        "connection edit {} --profile FILE",
        connection.name);
  }
  if (status == 400 || status == 404) {
    return fmt::format(
        "the profile {} names what the instance does not have: itsmc connection test {}, or draft "
        "another: itsmc connection profile {}",
        organisation.profile.name, connection.name, connection.name);
  }
  return error.hint();
}

Answer ask_once(const Organisation& organisation, const std::string& path, const http::Query& query,
                const std::stop_token& stop) {
  Answer answer;
  const std::string url =
      organisation.client.url(organisation.profile.service_path + "/" + path, query);
  try {
    const http::Response response =
        organisation.client.raw(request_for(url, 0), http::Replay::safe, stop);
    answer.requests_left = header_text(response, "x-ms-ratelimit-burst-remaining-xrm-requests");
    answer.time_left = header_text(response, "x-ms-ratelimit-time-remaining-xrm-requests");
    answer.error = failure_of(organisation, response);
    if (answer.error) return answer;
    std::string plain;
    const std::string_view body = http::plain_body(response, plain);
    answer.body = json::parse(body, nullptr, false);
    if (!answer.body.is_object()) {
      answer.error =
          Error(ErrorKind::unavailable,
                fmt::format("the answer about {} is not JSON: {}", path, excerpt(body, 200)));
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    answer.error = error;
  }
  return answer;
}

}  // namespace

http::Request request_for(std::string url, int rows) {
  http::Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"},
                     {"OData-MaxVersion", "4.0"},
                     {"OData-Version", "4.0"},
                     {"If-None-Match", "null"}};
  std::string prefer = R"(odata.include-annotations="OData.Community.Display.V1.FormattedValue")";
  if (rows > 0) prefer = fmt::format("odata.maxpagesize={},{}", rows, prefer);
  request.headers.emplace_back("Prefer", std::move(prefer));
  return request;
}

std::optional<Error> failure_of(const Organisation& organisation, const http::Response& response) {
  std::optional<Error> error = organisation.client.failure_of(response);
  if (error) error->with_hint(hint_for(organisation, *error, response.status));
  return error;
}

http::Response send(const Organisation& organisation, const RowWrite& write, http::Replay replay,
                    const std::stop_token& stop) {
  http::Request request = request_for(write.url, 0);
  request.method = write.method;
  request.body = write.body;
  std::erase_if(request.headers, [&](const http::Header& one) {
    return one.first == "Prefer" || one.first == "If-None-Match";
  });
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back(
      "Prefer",
      R"(return=representation,odata.include-annotations="OData.Community.Display.V1.FormattedValue")");
  if (!write.match.first.empty()) request.headers.push_back(write.match);
  return organisation.client.raw(request, replay, stop);
}

json json_of(const http::Response& response) {
  std::string plain;
  const std::string_view body = http::plain_body(response, plain);
  if (body.empty()) return json::object();
  json answer = json::parse(body, nullptr, false);
  if (answer.is_object()) return answer;
  throw Error(ErrorKind::protocol, "the answer to a write is not JSON: " + excerpt(body, 200));
}

Answer ask(const Organisation& organisation, const std::string& path, const http::Query& query,
           const std::stop_token& stop) {
  Answer answer = ask_once(organisation, path, query, stop);
  // A good status with half a body: as with pages, once more may bring the whole.
  const bool cut = answer.error && answer.body.is_discarded();
  return cut ? ask_once(organisation, path, query, stop) : answer;
}

std::vector<json> ask_list(const Organisation& organisation, const std::string& path,
                           const http::Query& query, const std::stop_token& stop) {
  std::vector<json> rows;
  const std::string base = organisation.client.url(organisation.profile.service_path + "/", {});
  std::string next = path;
  http::Query asked = query;
  for (int page = 0; page < k_most_list_pages; ++page) {
    const Answer answer = ask(organisation, next, asked, stop);
    if (answer.error) throw Error(*answer.error);
    for (const json& row : list_part(answer.body, "value")) rows.push_back(row);
    const std::string link = text_part(answer.body, "@odata.nextLink");
    if (link.empty()) return rows;
    const odata::NextLink resolved = odata::resolve_next_link(base + path, link);
    if (!resolved.problem.empty() || !resolved.url.starts_with(base)) {
      throw Error(ErrorKind::protocol, fmt::format("listing {}: {}", path, resolved.problem));
    }
    next = resolved.url.substr(base.size());
    asked.clear();
  }
  return rows;
}

}  // namespace itsmc::partners::provance
