#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "asking.hpp"
#include "entra/fault_names.hpp"
#include "entra/service.hpp"
#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

constexpr const char* k_org = "https://org.example";
constexpr const char* k_v1 = "/contoso.onmicrosoft.com/oauth2/token";
constexpr const char* k_v2 = "/contoso.onmicrosoft.com/oauth2/v2.0/token";

// A directory alone, with one API of its own.
struct DirectoryOnTest {
  explicit DirectoryOnTest(entra::ClientKind kind = entra::ClientKind::public_client)
      : service(bench, with_org(kind)), front(service, bench) {}

  static entra::Settings with_org(entra::ClientKind kind) {
    auto settings = entra::standard_settings({}, kind);
    settings.resources.emplace_back(k_org);
    return settings;
  }
  Reply form(const std::string& path, const Fields& fields, Fields headers = {}) {
    return front.answer(form_to(path, fields, std::move(headers)));
  }
  Reply control(const std::string& what) {
    return front.answer(asked("GET", "/__control/" + what));
  }
  std::string reason(const json& token, const std::string& audience) {
    const std::vector<std::string> audiences{audience};
    const std::string bearer = "Bearer " + token.value("access_token", "");
    return service.directory().check(bearer, audiences).reason;
  }

  Bench bench{entra::own_fault_names()};
  entra::Service service;
  Front front;
};

Fields with(Fields fields, const Fields& changes) {
  for (const auto& change : changes) {
    std::erase_if(fields, [&](const Field& field) { return field.name == change.name; });
    if (!change.value.empty()) fields.push_back(change);
  }
  return fields;
}

Fields password_form(const Fields& changes = {}) {
  const Credentials standard;
  return with({{"grant_type", "password"},
               {"client_id", standard.client_id},
               {"username", standard.user + "@contoso.onmicrosoft.com"},
               {"password", standard.password},
               {"scope", std::string(k_org) + "/user_impersonation offline_access"}},
              changes);
}

Fields client_form(const Fields& changes = {}) {
  const Credentials standard;
  return with({{"grant_type", "client_credentials"},
               {"client_id", standard.client_id},
               {"client_secret", standard.client_secret},
               {"scope", std::string(k_org) + "/.default"}},
              changes);
}

int code_of(const Reply& reply) {
  const json body = body_json(reply);
  return body.contains("error_codes") ? body["error_codes"][0].get<int>() : 0;
}

json entra_fixture(const std::string& name) {
  return json::parse(read_file(std::string(SIM_FIXTURE_ROOT) + "/entra/" + name));
}

}  // namespace

TEST_CASE("entra: v2 writes numbers as numbers, v1 as strings and echoes the resource") {
  DirectoryOnTest on;
  const json v2 = body_json(on.form(k_v2, password_form()));
  CHECK(v2["expires_in"].is_number());
  CHECK(v2["token_type"] == "Bearer");
  CHECK(v2.contains("refresh_token"));
  CHECK_FALSE(v2.contains("id_token"));
  CHECK(on.reason(v2, k_org).empty());
  const Fields v1_form = password_form({{"scope", ""}, {"resource", k_org}});
  const json v1 = body_json(on.form(k_v1, v1_form));
  CHECK(v1["expires_in"].is_string());
  CHECK(v1["expires_on"].is_string());
  CHECK(v1["resource"] == k_org);
  CHECK(on.reason(v1, k_org).empty());
  on.control("fault?name=token-expires-in&arg=string");
  CHECK(body_json(on.form(k_v2, password_form()))["expires_in"].is_string());
}

TEST_CASE("entra: the audience is what was asked for, its trailing slash included") {
  DirectoryOnTest on;
  const std::string org = k_org;
  struct Case {
    std::string scope, resource, audience;
  };
  const std::vector<Case> cases{{org + "/.default", "", org},
                                {org + "//.default", "", org + "/"},
                                {"", org, org},
                                {"", org + "/", org + "/"}};
  for (const auto& c : cases) {
    INFO(c.scope << c.resource);
    const Fields form = password_form({{"scope", c.scope}, {"resource", c.resource}});
    const json token = body_json(on.form(c.scope.empty() ? k_v1 : k_v2, form));
    const std::string other = c.audience.ends_with('/') ? org : org + "/";
    CHECK(on.reason(token, c.audience).empty());
    CHECK(on.reason(token, other).find("wrong audience") == 0);
  }
}

TEST_CASE("entra: every wrong request has its code, status and error word") {
  struct Case {
    const char* path;
    Fields form;
    int code, status;
    const char* error;
  };
  const std::vector<Case> cases{
      {k_v2, password_form({{"password", "wrong"}}), 50126, 400, "invalid_grant"},
      {k_v2, password_form({{"username", "itsmc.integration"}}), 50034, 400, "invalid_grant"},
      {k_v2, password_form({{"client_id", "other"}}), 700016, 400, "unauthorized_client"},
      {k_v2, password_form({{"client_secret", "x"}}), 700025, 401, "invalid_client"},
      {k_v2, password_form({{"client_id", "itsmc-confidential"}}), 7000218, 401, "invalid_client"},
      {k_v2, client_form({{"client_id", "itsmc-confidential"}, {"client_secret", "no"}}), 7000215,
       401, "invalid_client"},
      {k_v2, client_form({{"client_secret", ""}}), 7000216, 401, "invalid_client"},
      {k_v2, client_form({{"client_id", "itsmc-confidential"}, {"scope", "https://org.example/x"}}),
       1002012, 400, "invalid_scope"},
      {k_v2, password_form({{"scope", "https://unknown.example/.default"}}), 500011, 400,
       "invalid_resource"},
      {k_v2, password_form({{"scope", "org.example/.default"}}), 70011, 400, "invalid_scope"},
      {k_v2, password_form({{"scope", "https://a.example/.default https://b.example/.default"}}),
       28000, 400, "invalid_scope"},
      {k_v2, password_form({{"resource", k_org}}), 901002, 400, "invalid_request"},
      {k_v1, password_form(), 900144, 400, "invalid_request"},
      {"/nobody.example/oauth2/v2.0/token", password_form(), 90002, 400, "invalid_request"},
      {"/common/oauth2/v2.0/token", password_form(), 9001023, 400, "invalid_request"},
      {k_v2, password_form({{"grant_type", "magic"}}), 70003, 400, "unsupported_grant_type"},
      {k_v2, with(password_form({{"grant_type", "refresh_token"}}), {{"refresh_token", "x"}}),
       9002313, 400, "invalid_grant"}};
  for (const auto& c : cases) {
    DirectoryOnTest on;
    const Reply reply = on.form(c.path, c.form);
    INFO(c.code << " " << *reply.body);
    CHECK(reply.status == c.status);
    CHECK(code_of(reply) == c.code);
    CHECK(body_json(reply)["error"] == c.error);
  }
}

TEST_CASE("entra: an error has the recorded members and never the password") {
  DirectoryOnTest on(entra::ClientKind::confidential);
  const Reply reply = on.form(k_v2, client_form({{"client_secret", "wrong secret"}}));
  const json recorded = entra_fixture("entra-errors.json")[0];
  const json body = body_json(reply);
  CHECK(reply.status == recorded["status"]);
  for (const auto& [key, value] : recorded["body"].items()) {
    INFO(key);
    REQUIRE(body.contains(key));
    CHECK(body[key].type() == value.type());
  }
  const std::string text = body["error_description"];
  CHECK(text.find("AADSTS7000215: Invalid client secret provided.") == 0);
  CHECK(text.find("\r\nTrace ID: " + body["trace_id"].get<std::string>()) != std::string::npos);
  CHECK(reply.body->find("wrong secret") == std::string::npos);
}

TEST_CASE("entra: each code of the reference can be switched on") {
  for (const int code : {50126, 50076, 50079, 53003, 65001, 700016, 7000218, 90002, 50034, 50053,
                         7000215, 7000222, 500011, 700082, 70008, 70011, 50173, 90006}) {
    DirectoryOnTest on;
    INFO(code);
    CHECK(entra::known_aadsts(code));
    on.control("fault?name=aadsts&count=1&arg=" + std::to_string(code));
    CHECK(code_of(on.form(k_v2, password_form())) == code);
    CHECK(on.form(k_v2, password_form()).status == 200);
  }
}

TEST_CASE("entra: a refresh brings a new refresh token; an expired one is 700082") {
  DirectoryOnTest on;
  const json first = body_json(on.form(k_v2, password_form()));
  const auto refresh = [&](const json& token) {
    const Credentials standard;
    return on.form(k_v2, {{"grant_type", "refresh_token"},
                          {"client_id", standard.client_id},
                          {"refresh_token", token["refresh_token"]},
                          {"scope", std::string(k_org) + "/user_impersonation offline_access"}});
  };
  const json second = body_json(refresh(first));
  CHECK(second["refresh_token"] != first["refresh_token"]);
  CHECK(on.reason(second, k_org).empty());
  on.control("tokens/expire");
  CHECK(on.reason(second, k_org) == "expired token");
  CHECK(refresh(second).status == 200);
  on.control("tokens/expire?refresh=1");
  CHECK(code_of(refresh(second)) == 700082);
}

TEST_CASE("entra: offline_access and openid bring their tokens, client credentials never do") {
  DirectoryOnTest on;
  const std::string scope = std::string(k_org) + "/.default";
  const json plain = body_json(on.form(k_v2, password_form({{"scope", scope}})));
  CHECK_FALSE(plain.contains("refresh_token"));
  const json open = body_json(on.form(k_v2, password_form({{"scope", scope + " openid"}})));
  CHECK(open.contains("id_token"));
  const Fields app = client_form({{"client_id", "itsmc-confidential"}});
  const json own = body_json(on.form(k_v2, app));
  CHECK(own.contains("access_token"));
  CHECK_FALSE(own.contains("refresh_token"));
}

TEST_CASE("entra: a secret may come by HTTP Basic, form-encoded") {
  DirectoryOnTest on(entra::ClientKind::confidential);
  const Credentials standard;
  const std::string pair = standard.client_id + ":" + encoded(standard.client_secret);
  const Fields form = client_form({{"client_secret", ""}, {"client_id", ""}});
  CHECK(on.form(k_v2, form, {{"Authorization", "Basic " + encode_base64(pair)}}).status == 200);
}

TEST_CASE("entra: bad passwords lock the user, the right one included") {
  DirectoryOnTest on;
  on.control("tokens?lockout=3");
  for (int i = 0; i < 3; ++i) {
    CHECK(code_of(on.form(k_v2, password_form({{"password", "no"}}))) == 50126);
  }
  CHECK(code_of(on.form(k_v2, password_form())) == 50053);
  on.control("tokens/unlock");
  CHECK(on.form(k_v2, password_form()).status == 200);
}

TEST_CASE("entra: the tenant goes by GUID, by domain and by organizations") {
  DirectoryOnTest on;
  for (const std::string& tenant :
       {on.service.directory().settings().tenant_id, std::string("CONTOSO.onmicrosoft.com"),
        std::string("organizations")}) {
    INFO(tenant);
    CHECK(on.form("/" + tenant + "/oauth2/v2.0/token", password_form()).status == 200);
  }
  const Fields other = password_form({{"username", "somebody@elsewhere.example"}});
  CHECK(code_of(on.form("/organizations/oauth2/v2.0/token", other)) == 90002);
}

TEST_CASE("entra: discovery has the recorded members and names the host that was called") {
  DirectoryOnTest on;
  const json recorded = entra_fixture("entra-discovery-and-token.json");
  const std::string tenant = on.service.directory().settings().tenant_id;
  const json found = body_json(
      on.front.answer(asked("GET", "/" + tenant + "/v2.0/.well-known/openid-configuration")));
  for (const auto& [key, value] : recorded[0]["response"]["body"].items()) {
    INFO(key);
    CHECK(found.contains(key));
  }
  CHECK(found["token_endpoint"] == "http://sim.example/" + tenant + "/oauth2/v2.0/token");
  const json instances = body_json(on.front.answer(
      asked("GET", "/common/discovery/instance?api-version=1.1&authorization_endpoint=x")));
  for (const auto& [key, value] : recorded[1]["response"]["body"].items()) {
    INFO(key);
    CHECK(instances.contains(key));
  }
  CHECK(instances["metadata"][0]["aliases"][0] == "sim.example");
  const json keys = body_json(on.front.answer(asked("GET", "/" + tenant + "/discovery/v2.0/keys")));
  CHECK(keys["keys"][0]["kty"] == "RSA");
}

TEST_CASE("entra: each fault of the token endpoint shows") {
  DirectoryOnTest on;
  const auto once = [&](const std::string& fault) {
    on.control("fault?count=1&name=" + fault);
    return on.form(k_v2, password_form());
  };
  CHECK_FALSE(body_json(once("token-missing")).contains("access_token"));
  CHECK(once("token-html").content_type.find("text/html") == 0);
  CHECK(once("token-status&arg=503").status == 503);
  const Reply limited = once("token-rate-limit&arg=7");
  CHECK(limited.status == 429);
  CHECK(header_of(limited, "Retry-After") == "7");
  CHECK(header_of(once("token-rate-limit&arg=date:9"), "Retry-After").ends_with(" GMT"));
  CHECK(once("token-slow&arg=5").delay.count() == 5);
  CHECK_FALSE(body_json(once("no-refresh-token")).contains("refresh_token"));
}

TEST_CASE("entra: the check tells apart no bearer, another scheme and an unknown token") {
  DirectoryOnTest on;
  const std::vector<std::string> audiences{k_org};
  const auto reason = [&](std::string_view value) {
    return on.service.directory().check(value, audiences).reason;
  };
  CHECK(reason("") == "no Authorization header");
  CHECK(reason("Basic abc") == "not a bearer");
  CHECK(reason("Bearer abc") == "unknown token");
}

}  // namespace itsmc::sim::test
