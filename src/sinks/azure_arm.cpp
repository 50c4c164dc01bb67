#include "sinks/azure_arm.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/sinks/log_analytics.hpp"
#include "sinks/azure_words.hpp"

namespace itsmc::sinks {
namespace {

using nlohmann::json;

constexpr std::string_view k_workspace_version = "2023-09-01";
constexpr std::chrono::minutes k_longest_operation(15);
constexpr std::chrono::seconds k_between_looks(1);

std::string text_at(const json& object, const json::json_pointer& place) {
  return object.contains(place) && object.at(place).is_string()
             ? object.at(place).get<std::string>()
             : std::string();
}

std::vector<std::string> names_in(const json& with_columns) {
  std::vector<std::string> names;
  for (const json& column : with_columns.value("columns", json::array())) {
    names.push_back(text_at(column, json::json_pointer("/name")));
  }
  return names;
}

/// "Custom-ServiceDesk_CL" is how a flow names the table ServiceDesk_CL.
std::string table_of(std::string_view output_stream) {
  constexpr std::string_view k_custom = "Custom-";
  if (output_stream.starts_with(k_custom)) output_stream.remove_prefix(k_custom.size());
  return std::string(output_stream);
}

}  // namespace

http::ClientOptions arm_client_options(const std::string& workspace, const std::string& endpoint) {
  return {.connection = workspace,
          .base_url = endpoint,
          .retry = {},
          .judge = azure_judge(),
          .noun = "workspace"};
}

AzureArm::AzureArm(const std::string& workspace, const std::string& endpoint,
                   std::unique_ptr<http::Authorizer> authorizer, const http::Wire& wire)
    : client_(arm_client_options(workspace, endpoint), std::move(authorizer), wire),
      endpoint_(endpoint) {}

std::optional<json> AzureArm::find(const ArmPlace& place, const std::stop_token& stop) {
  try {
    return client_.get(place.path, {{"api-version", std::string(place.api_version)}}, stop);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return std::nullopt;
  }
}

void AzureArm::put(const ArmPlace& place, const json& body, Clock& clock,
                   const std::stop_token& stop) {
  http::Request request;
  request.method = "PUT";
  request.url = client_.url(place.path, {{"api-version", std::string(place.api_version)}});
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = body.dump();
  const http::Response response = client_.raw(request, http::Replay::safe, stop);
  if (response.status < 200 || response.status > 202) {
    const std::optional<Error> failure = client_.failure_of(response);
    throw failure
        ? *failure
        : Error(ErrorKind::protocol, fmt::format("Azure answered with {}", response.status));
  }
  const auto operation = response.header("Azure-AsyncOperation");
  if (operation) await(*operation, clock, stop);
}

/// Asks {"status":"Succeeded"|"Failed"|"Canceled"|other,"error":{..}} until it is one of the three.
void AzureArm::await(std::string_view operation, Clock& clock, const std::stop_token& stop) {
  if (http::split_url(operation).authority != http::split_url(endpoint_).authority) {
    throw Error(ErrorKind::protocol,
                fmt::format("Azure sends us to \"{}\" for the operation: a token is not sent there",
                            excerpt(http::split_url(operation).authority, 100)));
  }
  const std::string path(http::split_url(operation).path);
  const Timestamp begun = clock.now();
  for (;;) {
    const json state = client_.get(path, {}, stop);
    const std::string status = text_at(state, json::json_pointer("/status"));
    if (status == "Succeeded") return;
    if (status == "Failed" || status == "Canceled") {
      throw Error(ErrorKind::protocol,
                  fmt::format("the operation ended as {}: {}", status, azure_words(state.dump())));
    }
    if (clock.now() - begun > k_longest_operation) {
      throw Error(ErrorKind::unavailable, "the operation is still under way after 15 minutes",
                  "run it again: it goes on");
    }
    if (!clock.wait_for(k_between_looks, stop)) {
      throw Error(ErrorKind::cancelled, "interrupted", "run it again: it goes on");
    }
  }
}

std::vector<json> AzureArm::list(const ArmPlace& place, const std::stop_token& stop) {
  std::vector<json> all;
  http::Query query{{"api-version", std::string(place.api_version)}};
  std::string path = place.path;
  while (!path.empty()) {
    const json page = client_.get(path, query, stop);
    const auto values = page.find("value");
    if (values != page.end() && values->is_array()) {
      all.insert(all.end(), values->begin(), values->end());
    }
    // It is followed as it stands, but with our own host in front (azure reference 5.3: ":443").
    path = http::split_url(text_at(page, json::json_pointer("/nextLink"))).path;
    query.clear();
  }
  return all;
}

const FoundRule::Stream* FoundRule::find(std::string_view stream) const noexcept {
  const auto found = std::find_if(streams.begin(), streams.end(),
                                  [stream](const Stream& s) { return s.name == stream; });
  return found == streams.end() ? nullptr : &*found;
}

FoundRule read_rule(const json& rule) {
  FoundRule read{
      .id = text_at(rule, json::json_pointer("/id")),
      .immutable_id = text_at(rule, json::json_pointer("/properties/immutableId")),
      .endpoint = text_at(rule, json::json_pointer("/properties/endpoints/logsIngestion"))};
  const json properties = rule.value("properties", json::object());
  const json declarations = properties.value("streamDeclarations", json::object());
  for (const auto& [name, declaration] : declarations.items()) {
    read.streams.push_back({.name = name, .columns = names_in(declaration)});
  }
  for (const json& flow : properties.value("dataFlows", json::array())) {
    const std::string output = text_at(flow, json::json_pointer("/outputStream"));
    for (const json& name : flow.value("streams", json::array())) {
      for (FoundRule::Stream& stream : read.streams) {
        if (name == stream.name) stream.table = table_of(output);
      }
    }
  }
  return read;
}

std::vector<std::string> read_table_columns(const json& table) {
  return names_in(table.value("properties", json::object()).value("schema", json::object()));
}

WorkspaceResource read_workspace(AzureArm& arm, const std::string& resource_id,
                                 const std::stop_token& stop) {
  const std::optional<json> found = arm.find({resource_id, k_workspace_version}, stop);
  if (!found) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no workspace {} for this identity", resource_id),
                "copy the resource id from the workspace's Properties page; check --cloud");
  }
  WorkspaceResource resource{.location = text_at(*found, json::json_pointer("/location")),
                             .guid = text_at(*found, json::json_pointer("/properties/customerId"))};
  if (!resource.location.empty() && !resource.guid.empty()) return resource;
  throw Error(ErrorKind::protocol,
              fmt::format("the workspace {} has no location or no customerId", resource_id));
}

}  // namespace itsmc::sinks
