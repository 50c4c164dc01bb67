#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

Fields grant(const InstanceOnTest& on, const std::string& type, Fields more = {}) {
  const auto& credentials = const_cast<InstanceOnTest&>(on).service.site().oauth.credentials();
  Fields fields{{"grant_type", type},
                {"client_id", credentials.client_id},
                {"client_secret", credentials.client_secret}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

Fields password_grant(InstanceOnTest& on) {
  const auto& credentials = on.service.site().oauth.credentials();
  return grant(on, "password",
               {{"username", credentials.user}, {"password", credentials.password}});
}

int read_with(InstanceOnTest& on, const json& token) {
  const std::string bearer = "Bearer " + token["access_token"].get<std::string>();
  return on.get("/api/now/table/incident", {{"Authorization", bearer}}).status;
}

}  // namespace

TEST_CASE("the same token comes back while it is valid, a refresh brings a new one") {
  InstanceOnTest on;
  on.service.fill_empty();
  const json first = body_json(on.form(password_grant(on)));
  const json second = body_json(on.form(password_grant(on)));
  CHECK(first["access_token"] == second["access_token"]);
  CHECK(first["refresh_token"] == second["refresh_token"]);
  CHECK(read_with(on, first) == 200);
  const Fields refresh = grant(on, "refresh_token", {{"refresh_token", first["refresh_token"]}});
  const json renewed = body_json(on.form(refresh));
  CHECK(renewed["access_token"] != first["access_token"]);
  CHECK(renewed["refresh_token"] == first["refresh_token"]);
  CHECK(read_with(on, renewed) == 200);
  on.control("tokens/expire");
  CHECK(read_with(on, renewed) == 401);
  CHECK(read_with(on, body_json(on.form(refresh))) == 200);
  on.control("tokens/expire?refresh=1");
  CHECK(on.form(refresh).status == 401);
  CHECK(body_json(on.control("counters"))["tokens_issued"] == 3);
}

TEST_CASE("revoking ends the token for everybody who shares it") {
  InstanceOnTest on;
  on.service.fill_empty();
  const json token = body_json(on.form(password_grant(on)));
  on.get("/oauth_revoke_token.do?token=" + token["access_token"].get<std::string>(),
         {{"Authorization", "none"}});
  CHECK(read_with(on, token) == 401);
}

TEST_CASE("bad passwords lock the user, the right one included, until unlocked") {
  InstanceOnTest on;
  on.service.fill_empty();
  const auto& user = on.service.site().oauth.credentials().user;
  for (int i = 0; i < 5; ++i) {
    CHECK(on.form(grant(on, "password", {{"username", user}, {"password", "wrong"}})).status ==
          401);
  }
  CHECK(on.form(password_grant(on)).status == 401);
  on.control("tokens/unlock");
  CHECK(on.form(password_grant(on)).status == 200);
}

TEST_CASE("the token endpoint wants a form and a known grant") {
  InstanceOnTest on;
  on.service.fill_empty();
  CHECK(on.send("POST", "/oauth_token.do", R"({"grant_type":"password"})",
                {{"Content-Type", "application/json"}})
            .status == 400);
  CHECK(on.form(grant(on, "magic")).status == 401);
  CHECK(on.get("/oauth_token.do").status == 405);
}

TEST_CASE("client credentials work, give a guest's token, or are off") {
  InstanceOnTest on;
  on.service.fill_empty();
  CHECK(read_with(on, body_json(on.form(grant(on, "client_credentials")))) == 200);
  on.control("fault?name=guest-token");
  const auto guest = on.form(grant(on, "client_credentials"));
  CHECK(guest.status == 200);
  CHECK(read_with(on, body_json(guest)) == 401);
  on.control("fault?name=client-credentials-off");
  CHECK(on.form(grant(on, "client_credentials")).status == 401);
}

TEST_CASE("lifetimes are set by control") {
  InstanceOnTest on;
  on.service.fill_empty();
  on.control("tokens?expires_in=0");
  const json token = body_json(on.form(password_grant(on)));
  CHECK(token["expires_in"] == 0);
  CHECK(read_with(on, token) == 401);
  on.control("tokens?expires_in=60&refresh_expires_in=0");
  const json short_lived = body_json(on.form(password_grant(on)));
  CHECK(on.form(grant(on, "refresh_token", {{"refresh_token", short_lived["refresh_token"]}}))
            .status == 401);
}

TEST_CASE("secrets do not reach the journal") {
  InstanceOnTest on;
  on.service.fill_empty();
  const json token = body_json(on.form(password_grant(on)));
  read_with(on, token);
  const std::string journal = streamed(on.control("journal"));
  CHECK(journal.find("grant_type=password") != std::string::npos);
  CHECK(journal.find("Bearer ***") != std::string::npos);
  CHECK(journal.find(token["access_token"].get<std::string>()) == std::string::npos);
  CHECK(journal.find("s3cret") == std::string::npos);
  CHECK(journal.find("pass word") == std::string::npos);
}

}  // namespace itsmc::sim::test
