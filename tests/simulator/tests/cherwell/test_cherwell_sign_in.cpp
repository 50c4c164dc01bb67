#include <catch2/catch.hpp>

#include "cherwell_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

const Credentials k_known;

Fields password() {
  return {{"username", k_known.user}, {"password", k_known.password}};
}

int read_with(CherwellOnTest& on, const std::string& access) {
  on.bearer = access;
  return on.send("GET", "V2/getsecuritygroups").status;
}

}  // namespace

TEST_CASE("cherwell: a token answer has the members of the vendor's sample") {
  CherwellOnTest on;
  const json answer = on.sign_in();
  const json sample = cherwell_fixture("token.password.response.json");
  for (const auto& [name, value] : sample.items()) {
    INFO(name);
    REQUIRE(answer.contains(name));
    CHECK(answer[name].type() == value.type());
  }
  CHECK(answer.size() == sample.size());
  CHECK(answer["expires_in"] == 1199);  // the lifetime minus one second
  CHECK(answer["token_type"] == "bearer");
  CHECK(answer[".issued"] == "Mon, 24 Nov 2025 16:00:00 GMT");
  CHECK(answer[".expires"] == "Mon, 24 Nov 2025 16:20:00 GMT");
  on.fault("long-months");
  CHECK(on.sign_in()[".issued"] == "Mon, 24 November 2025 16:00:00 GMT");
}

TEST_CASE("cherwell: a refresh brings a new pair and ends both old tokens") {
  CherwellOnTest on;
  const json first = on.sign_in();
  const std::string old_access = first["access_token"];
  const Fields old_refresh{{"refresh_token", first["refresh_token"]}};
  CHECK(read_with(on, old_access) == 200);
  const Reply renewed = on.token("refresh_token", old_refresh);
  REQUIRE(renewed.status == 200);
  const json second = body_json(renewed);
  CHECK(second["access_token"] != first["access_token"]);
  CHECK(second["refresh_token"] != first["refresh_token"]);
  CHECK(read_with(on, old_access) == 401);
  CHECK(on.token("refresh_token", old_refresh).status == 400);
  CHECK(read_with(on, second["access_token"]) == 200);
  CHECK(body_json(on.control("licences"))["in_use"] == 1);
}

TEST_CASE("cherwell: tokens end after their lifetimes") {
  CherwellOnTest on;
  on.control("tokens?expires_in=60&refresh_expires_in=120");
  const json first = on.sign_in();
  CHECK(first["expires_in"] == 59);
  on.pass(60'000);
  CHECK(read_with(on, first["access_token"]) == 401);
  CHECK(on.token("refresh_token", {{"refresh_token", first["refresh_token"]}}).status == 200);
  on.pass(120'000);
  CHECK(body_json(on.control("licences"))["in_use"] == 0);
  const json second = on.sign_in();
  on.control("tokens/expire");
  CHECK(read_with(on, second["access_token"]) == 401);
  CHECK(on.token("refresh_token", {{"refresh_token", second["refresh_token"]}}).status == 200);
  const json third = on.sign_in();
  on.control("tokens/expire?refresh=1");
  CHECK(on.token("refresh_token", {{"refresh_token", third["refresh_token"]}}).status == 400);
}

TEST_CASE("cherwell: every password sign-in takes a licence until it is logged out") {
  CherwellOnTest on;
  on.control("tokens?licences=2");
  const json first = on.sign_in();
  on.sign_in();
  CHECK(on.token("password", password()).status == 400);
  on.bearer = first["access_token"];
  CHECK(on.send("DELETE", "V1/logout").status == 204);
  CHECK(read_with(on, first["access_token"]) == 401);
  CHECK(on.token("refresh_token", {{"refresh_token", first["refresh_token"]}}).status == 400);
  CHECK(on.token("password", password()).status == 200);
  const json count = body_json(on.control("licences"));
  CHECK(count == json{{"licences", 2}, {"in_use", 2}, {"most", 2}});
  CHECK(body_json(on.control("counters"))["logins"] == 3);
  CHECK(body_json(on.control("counters"))["logouts"] == 1);
}

TEST_CASE("cherwell: what is refused at the token endpoint, in the vendor's words") {
  CherwellOnTest on;
  Request request;
  request.method = "POST";
  request.path = "/CherwellAPI/token";
  request.body = "grant_type=password&client_id=12345&username=a&password=b";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Content-Length", "57"}};
  const Reply client = on.raw(request);
  CHECK(client.status == 400);
  CHECK(body_json(client) == cherwell_fixture("error.token.400-invalid-client.json"));
  const Reply wrong = on.token("password", {{"username", k_known.user}, {"password", "no"}});
  CHECK(wrong.status == 400);
  CHECK(body_json(wrong) ==
        json{{"error", "invalid_grant"},
             {"error_description",
              "Could not login to system with the provided user ID and password."}});
  on.fault("token-error-as-text");
  const json text = body_json(on.token("password", {{"username", "a"}, {"password", "b"}}));
  REQUIRE(text.is_string());
  CHECK(json::parse(text.get<std::string>())["error"] == "invalid_grant");
  CHECK(on.token("client_credentials", {}).status == 400);
}

TEST_CASE("cherwell: form values must be percent-encoded") {
  CherwellOnTest on;
  Request request;
  request.method = "POST";
  request.path = "/cherwellapi/TOKEN";
  request.body = "grant_type=password&client_id=itsmc-client&username=" + k_known.user +
                 "&password=" + k_known.password;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Content-Length", std::to_string(request.body.size())}};
  CHECK(on.raw(request).status == 400);
  CHECK(on.token("password", password()).status == 200);
}

TEST_CASE("cherwell: auth_mode is read from the query and from the form") {
  CherwellOnTest on;
  on.fault("auth-modes=Internal,Windows");
  struct Case {
    std::string query;
    Fields form;
    int status;
  };
  const std::vector<Case> cases{{"", {}, 200},
                                {"auth_mode=Internal", {}, 200},
                                {"auth_mode=windows&api_key=itsmc-client", {}, 200},
                                {"auth_mode=LDAP", {}, 400},
                                {"", {{"auth_mode", "Windows"}}, 200},
                                {"", {{"auth_mode", "SAML"}}, 400}};
  for (const auto& one : cases) {
    Fields form = password();
    form.insert(form.end(), one.form.begin(), one.form.end());
    INFO(one.query << " " << one.form.size());
    CHECK(on.token("password", form, one.query).status == one.status);
  }
  Fields domain{{"username", "CONTOSO\\" + k_known.user}, {"password", k_known.password}};
  CHECK(on.token("password", domain, "auth_mode=Windows").status == 200);
  CHECK(on.token("password", domain).status == 400);
}

TEST_CASE("cherwell: the client id is taken from HTTP Basic too") {
  CherwellOnTest on;
  Request request;
  request.method = "POST";
  request.path = "/CherwellAPI/token";
  request.body = "grant_type=password&username=" + encoded(k_known.user) +
                 "&password=" + encoded(k_known.password);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Content-Length", std::to_string(request.body.size())},
                     {"Authorization", "Basic " + encode_base64(k_known.client_id + ":")}};
  CHECK(on.raw(request).status == 200);
}

TEST_CASE("cherwell: secrets do not reach the journal") {
  CherwellOnTest on;
  const json answer = on.sign_in();
  on.get("V2/getsecuritygroups");
  const std::string journal = streamed(on.control("journal"));
  CHECK(journal.find("grant_type=password") != std::string::npos);
  CHECK(journal.find("pass word") == std::string::npos);
  CHECK(journal.find("pass%20word") == std::string::npos);
  CHECK(journal.find(answer["access_token"].get<std::string>()) == std::string::npos);
  CHECK(journal.find(answer["refresh_token"].get<std::string>()) == std::string::npos);
}

}  // namespace itsmc::sim::test
