#include <catch2/catch.hpp>

#include "http/azure_machine.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::failed_answer;
using test::json_answer;

TEST_CASE("the metadata service is asked again when it is busy, as Microsoft recommends") {
  for (const int status : {404, 410, 429, 500, 503}) {
    CAPTURE(status);
    Machine machine;
    machine.local(k_imds, json_answer("{}", status));
    machine.local(k_imds, failed_answer(FailureCause::timeout, true));
    machine.local(k_imds, json_answer(token_body("vm")));
    const auto who = machine.identity({.auth = AzureAuth::managed_identity});
    CHECK(machine.token(*who).access.reveal() == "vm");
    CHECK(machine.clock.waits() == std::vector<milliseconds>{seconds(2), seconds(6)});
  }
  Machine machine;
  machine.network.add({.name = "busy", .url_part = k_imds, .answer = json_answer("{}", 410)}, 5);
  const auto who = machine.identity({.auth = AzureAuth::managed_identity});
  CHECK(has(machine.failure(*who).text(), "410"));
  CHECK(machine.clock.waits().size() == 4);
}

TEST_CASE("a machine without an identity says so and is not asked twice") {
  Machine machine;
  machine.local(k_imds, json_answer(R"({"error":"invalid_request","error_description":)"
                                    R"("Identity not found"})",
                                    400));
  const auto who = machine.identity({.auth = AzureAuth::managed_identity, .client_id = "assigned"});
  const Error error = machine.failure(*who);
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(has(error.text(), "Identity not found"));
  CHECK(has(error.hint(), "Identity: switch it on"));
  CHECK(has(machine.last().url, "&client_id=assigned"));
}

TEST_CASE("an audience that Microsoft Entra does not know is no missing identity") {
  Machine machine;
  machine.local(k_imds, json_answer(R"({"error":"invalid_resource","error_description":)"
                                    R"("AADSTS500011: The resource principal was not found."})",
                                    400));
  const auto who = machine.identity({.auth = AzureAuth::managed_identity});
  const Error error = machine.failure(*who);
  CHECK(has(error.text(), "managed identity: the metadata service"));
  CHECK(has(error.hint(), "does not know what the token was asked for"));
}

struct Arc : Machine {
  Arc() {
    variables = {{"IDENTITY_ENDPOINT", "http://localhost:40342/metadata/identity/oauth2/token"},
                 {"IMDS_ENDPOINT", "http://localhost:40342"}};
  }
  void challenge(const std::string& header) {
    local("http://localhost:40342/metadata/identity/oauth2/token?api-version=2020-06-01",
          json_answer("{}", 401, {{"WWW-Authenticate", header}}));
  }
};

TEST_CASE("Azure Arc's key file is read and shown to the agent") {
  Arc machine;
  machine.files["/var/opt/azcmagent/tokens/a1.key"] = "the-key";
  machine.challenge("Basic realm=/var/opt/azcmagent/tokens/a1.key");
  machine.local("http://localhost:40342/", json_answer(token_body("arc")));
  const auto who = machine.identity();
  CHECK(machine.token(*who).access.reveal() == "arc");
  CHECK(test::header_of(machine.last(), "Authorization") == "Basic the-key");
  CHECK_FALSE(has(machine.log.text(), "the-key"));
}

TEST_CASE("Azure Arc's agent gets no other file out of us") {
  for (const std::string path :
       {"/etc/shadow", "/var/opt/azcmagent/tokens/../secret.key", "tokens/a.key", "",
        "/var/opt/azcmagent/tokens/a.txt", "/var/opt/azcmagent/tokens/deep/a.key"}) {
    CAPTURE(path);
    Arc machine;
    machine.files[path] = "not for you";
    machine.challenge("Basic realm=" + path);
    const auto who = machine.identity();
    const Error error = machine.failure(*who);
    CHECK(error.kind() == ErrorKind::auth);
    CHECK(has(error.text(), "names no key file in /var/opt/azcmagent/tokens"));
    CHECK(machine.files_read.empty());
  }
  Arc large;
  large.files["/var/opt/azcmagent/tokens/a.key"] = std::string(4097, 'k');
  large.challenge("Basic realm=/var/opt/azcmagent/tokens/a.key");
  CHECK(has(large.failure(*large.identity()).text(), "cannot be read"));
  Arc gone;
  gone.challenge("Basic realm=/var/opt/azcmagent/tokens/a.key");
  CHECK(has(gone.failure(*gone.identity()).text(), "is not there"));
}

TEST_CASE("Azure Arc knows no assigned identity, and Service Fabric is not asked") {
  Arc arc;
  const auto assigned = arc.identity({.auth = AzureAuth::managed_identity, .client_id = "a"});
  CHECK(has(arc.failure(*assigned).text(), "leave --client-id out"));
  Machine fabric;
  fabric.variables = {{"IDENTITY_ENDPOINT", "https://localhost:2377"},
                      {"IDENTITY_HEADER", "door"},
                      {"IDENTITY_SERVER_THUMBPRINT", "00"}};
  const auto who = fabric.identity({.auth = AzureAuth::managed_identity});
  CHECK(has(fabric.failure(*who).text(), "Service Fabric"));
}

}  // namespace
}  // namespace itsmc::http
