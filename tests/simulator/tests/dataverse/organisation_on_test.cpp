#include "dataverse/organisation_on_test.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

dataverse::Settings settings_on_test() {
  dataverse::Settings settings;
  settings.directory = entra::standard_settings({}, entra::ClientKind::public_client);
  settings.directory.resources.emplace_back("https://*.dynamics.com");
  return settings;
}

}  // namespace

OrganisationOnTest::OrganisationOnTest()
    : service(bench, settings_on_test()), front(service, bench) {
  bearer = "Bearer " + sign_in(k_origin)["access_token"].get<std::string>();
}

json OrganisationOnTest::sign_in(const std::string& resource) {
  const Credentials standard;
  const Request request = form_to("/contoso.onmicrosoft.com/oauth2/v2.0/token",
                                  {{"grant_type", "password"},
                                   {"client_id", standard.client_id},
                                   {"username", standard.user + "@contoso.onmicrosoft.com"},
                                   {"password", standard.password},
                                   {"scope", resource + "/.default offline_access"}});
  return body_json(front.answer(request));
}

Reply OrganisationOnTest::follow(const std::string& link, Fields headers) {
  const std::string origin = k_origin;
  if (!link.starts_with(origin)) throw std::runtime_error("not ours: " + link);
  if (!find_header(headers, "Authorization")) headers.push_back({"Authorization", bearer});
  headers.push_back({"Host", origin.substr(8)});
  Request request = asked("GET", link.substr(origin.size()), "", std::move(headers));
  request.scheme = "https";
  return front.answer(request);
}

Reply OrganisationOnTest::get(const std::string& what, Fields headers) {
  return follow(std::string(k_origin) + "/api/data/v9.2/" + what, std::move(headers));
}

Reply OrganisationOnTest::send(const std::string& method, const std::string& what,
                               const std::string& body, Fields headers) {
  headers.push_back({"Authorization", bearer});
  headers.push_back({"Content-Type", "application/json"});
  headers.push_back({"Host", std::string(k_origin).substr(8)});
  Request request = asked(method, "/api/data/v9.2/" + what, body, std::move(headers));
  request.scheme = "https";
  return front.answer(request);
}

Reply OrganisationOnTest::control(const std::string& what, const std::string& body) {
  return front.answer(asked(body.empty() ? "GET" : "POST", "/__control/" + what, body));
}

std::string OrganisationOnTest::id(int n) {
  return fmt::format("{:08x}-0000-4000-8000-{:012x}", 0x10000 + n, n);
}

void OrganisationOnTest::put_incidents(int count) {
  for (int n = 0; n < count; ++n) {
    const int second = n % 3 == 2 ? n - 1 : n;
    const json order = {{"type", "incident"},
                        {"id", id(n)},
                        {"updated", fmt::format("2025-11-03T{:02}:{:02}:{:02}Z", second / 3600,
                                                second / 60 % 60, second % 60)},
                        {"title", fmt::format("title {}", n)}};
    control("put", order.dump());
  }
}

json dataverse_fixture(const std::string& name) {
  return json::parse(read_file(std::string(SIM_FIXTURE_ROOT) + "/dataverse/" + name));
}

std::vector<json> all_rows(OrganisationOnTest& on, const std::string& what, const Fields& headers) {
  std::vector<json> rows;
  json page = body_json(on.get(what, headers));
  for (int pages = 0; pages < 1000; ++pages) {
    for (const auto& row : page.at("value")) rows.push_back(row);
    if (!page.contains("@odata.nextLink")) return rows;
    page = body_json(on.follow(page["@odata.nextLink"], headers));
  }
  throw std::runtime_error("the pages do not end");
}

}  // namespace itsmc::sim::test
