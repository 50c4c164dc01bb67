#include "scsm/bridge_on_test.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "asking.hpp"
#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

scsm::Settings settings_on_test() {
  scsm::Settings settings;
  settings.directory = entra::standard_settings({}, entra::ClientKind::confidential);
  settings.directory.resources.emplace_back(k_bridge);
  return settings;
}

}  // namespace

BridgeOnTest::BridgeOnTest() : service(bench, settings_on_test()), front(service, bench) {
  bearer = "Bearer " + body_json(sign_in(k_bridge))["access_token"].get<std::string>();
}

Reply BridgeOnTest::sign_in(const std::string& resource) {
  const Credentials standard;
  return front.answer(
      form_to("/contoso.onmicrosoft.com/oauth2/token", {{"grant_type", "client_credentials"},
                                                        {"client_id", standard.client_id},
                                                        {"client_secret", standard.client_secret},
                                                        {"resource", resource}}));
}

Reply BridgeOnTest::follow(const std::string& link, Fields headers) {
  const std::string origin = k_bridge;
  const std::string target = link.starts_with(origin) ? link.substr(origin.size()) : link;
  if (!target.starts_with('/')) throw std::runtime_error("not ours: " + link);
  if (!find_header(headers, "Authorization")) headers.push_back({"Authorization", bearer});
  headers.push_back({"Host", origin.substr(8)});
  Request request = asked("GET", target, "", std::move(headers));
  request.scheme = "https";
  return front.answer(request);
}

Reply BridgeOnTest::get(const std::string& what, Fields headers) {
  return follow("/api/itsmc/v1/" + what, std::move(headers));
}

Reply BridgeOnTest::post(const std::string& what, const std::string& body) {
  Request request = asked("POST", "/api/itsmc/v1/" + what, body,
                          {{"Authorization", bearer},
                           {"Content-Type", "application/json"},
                           {"Host", std::string(k_bridge).substr(8)}});
  request.scheme = "https";
  return front.answer(request);
}

Reply BridgeOnTest::control(const std::string& what, const std::string& body) {
  return front.answer(asked(body.empty() ? "GET" : "POST", "/__control/" + what, body));
}

void BridgeOnTest::fault(const std::string& text) {
  if (!bench.faults.set_text(text)) throw std::runtime_error("no such fault: " + text);
}

std::string BridgeOnTest::id(int n) {
  return fmt::format("{:08x}-0000-4000-8000-{:012x}", 0x10000 + n, n);
}

void BridgeOnTest::put_incidents(int count) {
  for (int n = 0; n < count; ++n) {
    const json order = {{"type", "incident"},
                        {"id", id((n * 7919) % count)},
                        {"updated", fmt::format("2025-11-03T00:{:02}:{:02}Z", n / 120, n / 2 % 60)},
                        {"title", fmt::format("title {}", n)}};
    control("put", order.dump());
  }
}

std::vector<std::string> BridgeOnTest::all_ids(const std::string& what) {
  std::vector<std::string> ids;
  json page = body_json(get(what));
  for (int pages = 0; pages < 1000; ++pages) {
    for (const auto& row : page.at("value")) ids.push_back(row.at("baseId"));
    if (!page.contains("@odata.nextLink")) return ids;
    page = body_json(follow(page["@odata.nextLink"]));
  }
  throw std::runtime_error("the pages do not end");
}

json scsm_fixture(const std::string& name) {
  return json::parse(read_file(std::string(SIM_FIXTURE_ROOT) + "/scsm/" + name));
}

}  // namespace itsmc::sim::test
