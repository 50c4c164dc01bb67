#include "azure/azure_on_test.hpp"

#include "asking.hpp"
#include "entra/settings.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

azure::Settings in_public_cloud(azure::Settings settings) {
  settings.cloud = azure::find_cloud("public");
  return settings;
}

entra::Settings directory() {
  auto settings = entra::standard_settings({}, entra::ClientKind::confidential);
  settings.resources = {"https://management.azure.com", "https://monitor.azure.com",
                        "https://api.loganalytics.io"};
  return settings;
}

}  // namespace

AzureOnTest::AzureOnTest(azure::Settings settings)
    : service(bench, in_public_cloud(std::move(settings)), directory()), front(service, bench) {
  bench.clock.follow({[this] { return now_ms; }, [this] { return now_ms; }});
}

Reply AzureOnTest::token(const Fields& form) {
  return front.answer(
      form_to("/" + service.site().directory.settings().tenant_id + "/oauth2/v2.0/token", form));
}

std::string AzureOnTest::bearer(const std::string& api) {
  const std::string audience = api == "arm"         ? "https://management.azure.com"
                               : api == "ingestion" ? "https://monitor.azure.com"
                                                    : "https://api.loganalytics.io";
  const Credentials standard;
  const Reply reply = token({{"grant_type", "client_credentials"},
                             {"client_id", standard.client_id},
                             {"client_secret", standard.client_secret},
                             {"scope", audience + "/.default"}});
  return "Bearer " + body_json(reply).at("access_token").get<std::string>();
}

Reply AzureOnTest::arm(const std::string& method, const std::string& id, const json& body) {
  const std::string mark = id.find('?') == std::string::npos ? "?" : "&";
  return front.answer(asked(method, id + mark + "api-version=2023-03-11",
                            body.is_null() ? "" : body.dump(), {{"Authorization", bearer("arm")}}));
}

json AzureOnTest::target(const json& columns) {
  const json made = body_json(control("target", json{{"columns", columns}}.dump()));
  upload_path = "/dataCollectionRules/" + made.at("immutable_id").get<std::string>() + "/streams/" +
                made.at("stream").get<std::string>() + "?api%2Dversion=2023-01-01";
  return made;
}

Reply AzureOnTest::send(const std::string& body, Fields headers) {
  if (!find_header(headers, "Authorization")) {
    headers.push_back({"Authorization", bearer("ingestion")});
  }
  if (!find_header(headers, "Content-Type"))
    headers.push_back({"Content-Type", "application/json"});
  return front.answer(asked("POST", upload_path, body, std::move(headers)));
}

Reply AzureOnTest::query(const std::string& kql, const std::string& timespan) {
  json body{{"query", kql}};
  if (!timespan.empty()) body["timespan"] = timespan;
  const std::string id = body_json(control("azure")).at("customer_id").get<std::string>();
  return front.answer(
      asked("POST", "/v1/workspaces/" + id + "/query", body.dump(),
            {{"Authorization", bearer("query")}, {"Content-Type", "application/json"}}));
}

json AzureOnTest::rows(const std::string& kql) {
  const json body = body_json(query(kql));
  return body.contains("tables") ? body["tables"][0]["rows"] : body;
}

std::vector<json> AzureOnTest::stored() {
  std::vector<json> out;
  std::string text = streamed(control("rows?table=ServiceDesk_CL"));
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    out.push_back(json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

Reply AzureOnTest::control(const std::string& what, const std::string& body) {
  return front.answer(asked(body.empty() ? "GET" : "POST", "/__control/" + what, body));
}

json AzureOnTest::counters() {
  return body_json(control("ingestion"));
}

json AzureOnTest::column(const std::string& name, const std::string& type) {
  return {{"name", name}, {"type", type}};
}

std::string AzureOnTest::group() const {
  const auto& settings = service.site().settings;
  return "/subscriptions/" + settings.subscription + "/resourceGroups/" + settings.group;
}

std::string error_code(const Reply& reply) {
  const json body = reply.body ? json::parse(*reply.body, nullptr, false) : json();
  return body.is_object() && body.contains("error") ? body["error"].value("code", "")
                                                    : std::string();
}

}  // namespace itsmc::sim::test
