#include "sinks/azure_alerts.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http/url.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "sinks/azure_arm.hpp"

namespace itsmc::sinks {
namespace {

const std::string k_version = "2019-03-01";

/// Azure's next links name the port that https has anyway (reference 5.3).
std::string_view without_usual_port(std::string_view authority) {
  constexpr std::string_view k_port = ":443";
  if (authority.ends_with(k_port)) authority.remove_suffix(k_port.size());
  return authority;
}

http::Request get_request(std::string url) {
  http::Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  return request;
}

}  // namespace

AzureAlerts::AzureAlerts(const std::string& workspace, const std::string& endpoint,
                         std::unique_ptr<http::Authorizer> authorizer, const http::Wire& wire)
    : client_(arm_client_options(workspace, endpoint), std::move(authorizer), wire),
      endpoint_(endpoint) {}

std::string AzureAlerts::first_page(const std::string& subscription, Timestamp from,
                                    Timestamp until, const std::stop_token& stop) {
  const std::string url =
      client_.url(fmt::format("/subscriptions/{}/providers/Microsoft.AlertsManagement/alerts",
                              percent_encode(subscription)),
                  {{"api-version", k_version},
                   {"customTimeRange", format_rfc3339(from) + "/" + format_rfc3339(until)},
                   {"includeContext", "false"},
                   {"pageCount", "250"},
                   {"sortBy", "lastModifiedDateTime"},
                   {"sortOrder", "asc"}});
  return ask(url, stop);
}

std::string AzureAlerts::next_page(const std::string& link, const std::stop_token& stop) {
  const std::string_view to = without_usual_port(http::split_url(link).authority);
  if (to != without_usual_port(http::split_url(endpoint_).authority)) {
    throw Error(ErrorKind::protocol,
                fmt::format("Azure sends us to \"{}\" for the next page of alerts: a token is not "
                            "sent there",
                            excerpt(to, 100)));
  }
  return ask(link, stop);
}

std::string AzureAlerts::alert(const std::string& resource_id, const std::stop_token& stop) {
  return ask(client_.url(resource_id, {{"api-version", k_version}}), stop);
}

std::string AzureAlerts::ask(std::string url, const std::stop_token& stop) {
  const http::Response response =
      client_.exchange(get_request(std::move(url)), http::Replay::safe, stop);
  std::string plain;
  return std::string(http::plain_body(response, plain));
}

void AzureAlerts::acknowledge(const std::string& resource_id, const std::string& comment,
                              const std::stop_token& stop) {
  http::Request request = get_request(client_.url(
      resource_id + "/changestate", {{"api-version", k_version}, {"newState", "Acknowledged"}}));
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/json");
  // The schema says "comments", the official example "comment": the schema's is sent.
  request.body = nlohmann::json{{"comments", comment}}.dump();
  static_cast<void>(client_.exchange(request, http::Replay::safe, stop));
}

}  // namespace itsmc::sinks
