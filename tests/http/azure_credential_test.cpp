#include "itsmc/http/azure_credential.hpp"

#include <map>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "http/azure_machine.hpp"

namespace itsmc::http {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::json_answer;

const Timestamp k_begin(seconds(1'767'323'045));  // where FakeClock begins

CommandEnd az_prints(const std::string& output) {
  return {.output = Secret(output)};
}

CommandEnd az_fails(const std::string& complaints) {
  return {.status = 1, .complaint = complaints, .complaints = complaints};
}

TEST_CASE("auto takes the first source that is there, and asks no other") {
  SECTION("a secret of the environment") {
    Machine machine;
    machine.app_variables();
    machine.variables["AZURE_CLIENT_SECRET"] = "s3cret&";
    machine.variables["AZURE_FEDERATED_TOKEN_FILE"] = "/token";
    machine.entra(json_answer(token_body("one")));
    const auto who = machine.identity();
    CHECK(who->source().empty());
    CHECK(machine.token(*who).access.reveal() == "one");
    CHECK(who->source() == "environment secret");
    CHECK(machine.last().url == "https://login.example/contoso.example" + k_token_path);
    CHECK(machine.last().body ==
          "grant_type=client_credentials&client_id=app-1&scope=https%3A%2F%2Fmonitor.azure.com%2F."
          "default&client_secret=s3cret%26");
  }
  SECTION("a secret that was given goes before the environment's, and so do the fields") {
    Machine machine;
    machine.app_variables();
    machine.variables["AZURE_CLIENT_SECRET"] = "other";
    machine.entra(json_answer(token_body("one")));
    const auto who = machine.identity({.tenant = "own",
                                       .client_id = "app-2",
                                       .client_secret = Secret("kept"),
                                       .client_secret_words = "kept client secret"});
    CHECK(machine.token(*who).access.reveal() == "one");
    CHECK(who->source() == "kept client secret");
    CHECK(has(machine.last().url, "/own/"));
    CHECK(has(machine.last().body, "client_id=app-2"));
    CHECK(has(machine.last().body, "client_secret=kept"));
  }
  SECTION("a federated token, read afresh for each token") {
    Machine machine;
    machine.app_variables();
    machine.variables["AZURE_FEDERATED_TOKEN_FILE"] = "/token";
    const auto who = machine.identity();
    for (const std::string assertion : {"first.jwt", "second.jwt"}) {
      machine.files["/token"] = assertion + "\n";
      machine.entra(json_answer(token_body("for-" + assertion)));
      CHECK(machine.token(*who).access.reveal() == "for-" + assertion);
      CHECK(has(machine.last().body, "client_assertion=" + assertion));
      CHECK(has(machine.last().body,
                "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-"
                "assertion-type%3Ajwt-bearer"));
    }
    CHECK(who->source() == "workload identity");
  }
  SECTION("App Service's identity, that ends at a second since 1970") {
    Machine machine;
    machine.variables = {{"IDENTITY_ENDPOINT", "http://127.0.0.1:41/MSI/token"},
                         {"IDENTITY_HEADER", "door"},
                         {"AZURE_CLIENT_ID", "assigned"}};
    machine.local(
        "http://127.0.0.1:41/MSI/token?api-version=2019-08-01&resource=https%3A%2F%2F"
        "monitor.azure.com&client_id=assigned",
        json_answer(R"({"access_token":"app","expires_on":"1767326645"})"));
    const auto who = machine.identity();
    CHECK(machine.token(*who).expires_at == k_begin + seconds(3600));
    CHECK(who->source() == "managed identity");
    CHECK(test::header_of(machine.last(), "X-IDENTITY-HEADER") == "door");
  }
  SECTION("the machine's own, after a quick look whether anybody is there") {
    Machine machine;
    machine.local(k_imds, json_answer(R"({"error":"bad_request_102"})", 400));
    machine.local(k_imds + "?api-version=2018-02-01&resource=https%3A%2F%2Fmonitor.azure.com",
                  json_answer(token_body("vm", "\"3600\"")));
    const auto who = machine.identity();
    CHECK(machine.token(*who).access.reveal() == "vm");
    const auto asked = machine.network.requests();
    CHECK(test::header_of(asked.at(0), "Metadata").empty());
    CHECK(test::header_of(asked.at(1), "Metadata") == "true");
    CHECK(machine.local_limits.front() == seconds(1));
  }
  SECTION("whoever is signed in to az") {
    Machine machine;
    machine.nobody_at_imds();
    machine.az = az_prints(
        R"({"accessToken":"cli","expiresOn":"2026-01-02 05:04:05.0","expires_on":1767326645})");
    const auto who = machine.identity({.tenant = "contoso.example"});
    CHECK(machine.token(*who).expires_at == k_begin + seconds(3600));
    CHECK(who->source() == "Azure CLI");
    CHECK(machine.commands ==
          std::vector<std::string>{"az account get-access-token --output json --resource "
                                   "https://monitor.azure.com --tenant contoso.example"});
  }
}

TEST_CASE("when there is nobody to sign in as, one error lists every source with its reason") {
  Machine machine;
  machine.variables["AZURE_TENANT_ID"] = "contoso.example";
  machine.nobody_at_imds();
  machine.az = az_fails("ERROR: Please run 'az login' to setup account.");
  const auto who = machine.identity();
  const Error error = machine.failure(*who);
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(error.text() ==
        "nobody to sign in as: no secret was given, and nothing else: environment secret: no "
        "AZURE_CLIENT_ID, no AZURE_CLIENT_SECRET; "
        "environment certificate: no AZURE_CLIENT_ID, no AZURE_CLIENT_CERTIFICATE_PATH; workload "
        "identity: no AZURE_CLIENT_ID, no AZURE_FEDERATED_TOKEN_FILE; managed identity: this "
        "machine has none; Azure CLI: nobody is signed in: az login");
  CHECK(has(error.hint(), "itsmc workspace edit law --auth secret"));
  CHECK(has(error.hint(), "--auth managed-identity"));
  CHECK(who->source().empty());
}

TEST_CASE("an app that was named signs in by a proof of its own, or nobody does") {
  Machine machine;  // it has no metadata service that could be asked
  machine.az = az_prints(R"({"accessToken":"cli","expires_on":1767326645})");
  const auto who = machine.identity({.tenant = "contoso.example", .client_id = "app-2"});
  const Error error = machine.failure(*who);
  CHECK(error.text() ==
        "nobody to sign in as: no secret was given, and nothing else: environment secret: no "
        "AZURE_CLIENT_SECRET; environment certificate: no AZURE_CLIENT_CERTIFICATE_PATH; workload "
        "identity: no AZURE_FEDERATED_TOKEN_FILE");
  CHECK(has(error.hint(), "--client-secret-file FILE"));
  CHECK(has(error.hint(), "--auth cli"));
  CHECK(machine.commands.empty());
  CHECK(machine.network.requests().empty());
}

TEST_CASE("a source that is there and refused ends the search: another would be somebody else") {
  struct Row {
    const char* name;
    std::map<std::string, std::string> variables;
    std::string text, hint;
    bool asks_entra = false;
  };
  const std::string refusal =
      R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret."})";
  for (const Row& row :
       {Row{"wrong secret",
            {{"AZURE_CLIENT_SECRET", "wrong"}},
            "environment secret: Microsoft Entra refused the sign-in: AADSTS7000215",
            "copy its Value",
            true},
        Row{"no certificate file",
            {{"AZURE_CLIENT_CERTIFICATE_PATH", "/gone.pem"}},
            "environment certificate: the certificate file \"/gone.pem\" is not there",
            "ls -l /gone.pem"},
        Row{"a certificate file of something else",
            {{"AZURE_CLIENT_CERTIFICATE_PATH", "/other.pem"}},
            "environment certificate: the certificate file \"/other.pem\" holds no certificate",
            "openssl pkcs12"},
        Row{"no federated token file",
            {{"AZURE_FEDERATED_TOKEN_FILE", "/gone"}},
            "workload identity: the federated token file \"/gone\" is not there",
            "ls -l /gone"},
        Row{"an empty federated token file",
            {{"AZURE_FEDERATED_TOKEN_FILE", "/empty"}},
            "workload identity: the federated token file \"/empty\" is empty",
            "ls -l /empty"}}) {
    CAPTURE(row.name);
    Machine machine;
    machine.files = {{"/other.pem", "no PEM"}, {"/empty", " \n"}};
    machine.variables = row.variables;
    machine.app_variables();
    if (row.asks_entra) machine.entra(json_answer(refusal, 401));
    const auto who = machine.identity();
    const Error error = machine.failure(*who);
    CHECK(error.kind() == ErrorKind::auth);
    INFO(error.text() << " | " << error.hint());
    CHECK(error.text().starts_with(row.text));
    CHECK(has(error.hint(), row.hint));
    CHECK(machine.commands.empty());
  }
}

TEST_CASE("a chosen source names what it lacks, and no variable of the others is read") {
  struct Row {
    AzureAuth auth;
    std::string text, hint;
  };
  for (const Row& row :
       {Row{AzureAuth::secret,
            "client secret: no --tenant, no --client-id, no --client-secret-file, no "
            "ITSMC_CLIENT_SECRET",
            "--client-secret-file FILE"},
        Row{AzureAuth::certificate,
            "environment certificate: no --tenant, no --client-id, no --certificate",
            "--certificate FILE"},
        Row{AzureAuth::federated, "workload identity: no AZURE_FEDERATED_TOKEN_FILE",
            "set AZURE_FEDERATED_TOKEN_FILE"},
        Row{AzureAuth::cli, "Azure CLI: az: not found", "az login"}}) {
    CAPTURE(row.text);
    Machine machine;
    machine.app_variables();
    machine.variables["AZURE_CLIENT_SECRET"] = "not-asked-for";
    const auto who = machine.identity({.auth = row.auth});
    const Error error = machine.failure(*who);
    CHECK(error.kind() == ErrorKind::auth);
    CHECK(error.text() == "nobody to sign in as: " + row.text);
    CHECK(has(error.hint(), row.hint));
  }
}

TEST_CASE("what az says is understood, and none of what it printed is repeated") {
  struct Row {
    const char* name;
    CommandEnd end;
    ErrorKind kind;
    std::string text;
  };
  const CommandEnd silent{.how = CommandEnd::How::too_long};
  const CommandEnd killed{.how = CommandEnd::How::killed, .status = 9};
  for (const Row& row :
       {Row{"not signed in", az_fails("Run 'az login'"), ErrorKind::auth, "nobody is signed in"},
        Row{"expired", az_fails("AADSTS70043: expired. To re-authenticate, please run: az login"),
            ErrorKind::auth, "nobody is signed in"},
        Row{"failed", az_fails("no subscription"), ErrorKind::auth,
            "az ended with status 1: no subscription"},
        Row{"silent", silent, ErrorKind::auth, "az did not answer in time"},
        Row{"killed", killed, ErrorKind::auth, "az was ended by signal 9"},
        Row{"no JSON", az_prints("secret-word"), ErrorKind::protocol, "az printed no access token"},
        Row{"no token", az_prints(R"({"accessToken":""})"), ErrorKind::protocol,
            "az printed no access token"}}) {
    CAPTURE(row.name);
    Machine machine;
    machine.az = row.end;
    const auto who = machine.identity({.auth = AzureAuth::cli});
    const Error error = machine.failure(*who);
    CHECK(error.kind() == row.kind);
    CHECK(has(error.text(), row.text));
    CHECK_FALSE(has(error.text() + error.hint(), "secret-word"));
    CHECK_FALSE(error.hint().empty());
  }
  Machine ahead;
  ahead.az = az_prints(R"({"accessToken":"cli","expires_on":1767323044})");
  CHECK(ahead.token(*ahead.identity({.auth = AzureAuth::cli})).expires_at == k_begin + minutes(5));
  Machine old;
  old.az = az_prints(R"({"accessToken":"cli","expiresOn":"2026-01-02 05:04:05.0"})");
  CHECK(old.token(*old.identity({.auth = AzureAuth::cli})).expires_at == k_begin + minutes(5));
}

TEST_CASE("a token is kept for its audience, renewed five minutes early, once for all threads") {
  Machine machine;
  machine.az = az_prints(R"({"accessToken":"first","expires_on":1767326645})");
  const std::shared_ptr<AzureIdentity> who = machine.identity({.auth = AzureAuth::cli});
  const auto monitor = make_azure_credential(who, "law", k_audience, machine.wire());
  const auto query =
      make_azure_credential(who, "law", "https://api.loganalytics.io", machine.wire());
  CHECK(monitor->authorization({}) == "Bearer first");
  CHECK(monitor->authorization({}) == "Bearer first");
  CHECK(machine.commands.size() == 1);
  CHECK(query->authorization({}) == "Bearer first");
  REQUIRE(machine.commands.size() == 2);
  CHECK(has(machine.commands.back(), "https://api.loganalytics.io"));
  machine.clock.advance(minutes(54));
  CHECK(monitor->authorization({}) == "Bearer first");
  machine.clock.advance(minutes(1));
  machine.az = az_prints(R"({"accessToken":"second","expires_on":1767330245})");
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { (void)monitor->authorization({}); });
  for (std::thread& thread : threads) thread.join();
  CHECK(monitor->authorization({}) == "Bearer second");
  CHECK(machine.commands.size() == 3);
}

TEST_CASE("the words of --auth") {
  CHECK(parse_azure_auth("managed-identity") == AzureAuth::managed_identity);
  CHECK(parse_azure_auth("auto") == AzureAuth::automatic);
  CHECK_FALSE(parse_azure_auth("Auto"));
}

}  // namespace
}  // namespace itsmc::http
