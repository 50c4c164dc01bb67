#include "itsmc/config/workspace_files.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "itsmc/config/config.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/core/error.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using Catch::Contains;
using config::WorkspaceFiles;
using itsmc::test::error_of;
using itsmc::test::TempDir;

namespace {

const std::string k_rule = "dcr-0123456789abcdef0123456789abcdef";

Workspace good() {
  return check_workspace("law", std::vector<FieldText>{{"endpoint", "https://a.example.com"},
                                                       {"rule-id", k_rule},
                                                       {"stream", "Custom-ServiceDesk"},
                                                       {"timeout", "90s"}})
      .workspace;
}

void put(const WorkspaceFiles& files, const std::string& text) {
  std::filesystem::create_directories(files.path("law").parent_path());
  std::ofstream(files.path("law"), std::ios::binary) << text;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("a workspace is read as it was written") {
  const TempDir dir;
  const WorkspaceFiles files(dir.path());
  CHECK(files.names().empty());
  CHECK_FALSE(files.load("law"));
  files.create(good());
  CHECK(files.names() == std::vector<std::string>{"law"});
  const auto read = files.load("law");
  REQUIRE(read);
  CHECK(read->rule_id == k_rule);
  CHECK(read->timeout == std::chrono::seconds(90));
  CHECK(read->authority == "https://login.microsoftonline.com");
  CHECK_THAT(error_of([&] { files.create(good()); }).text(), Contains("exists already"));
  CHECK(files.remove("law"));
  CHECK_FALSE(files.remove("law"));
}

TEST_CASE("every problem of a workspace's file is named with its line") {
  const TempDir dir;
  const WorkspaceFiles files(dir.path());
  put(files,
      "endpoint = \"https://a.example.com\"\nrule-id = \"westeurope\"\n"
      "client-secret = \"x\"\nstraem = \"Custom-A\"\n");
  const Error error = error_of([&] { (void)files.load("law"); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK_THAT(error.text(), Contains("law.toml:2:1: rule-id: \"westeurope\""));
  CHECK_THAT(error.text(), Contains("law.toml:3:1: client-secret: is a secret"));
  CHECK_THAT(error.text(), Contains("law.toml:4:1: straem: is not a field of a workspace: did you "
                                    "mean \"stream\"?"));
}

TEST_CASE("changing a workspace's field keeps the rest of its file") {
  const TempDir dir;
  const WorkspaceFiles files(dir.path());
  put(files, "# ours\nendpoint = \"https://a.example.com\"  # old\nrule-id = \"" + k_rule +
                 "\"\nstream = \"Custom-A\"\n");
  files.change("law", {{"endpoint", "https://b.example.com"}, {"log-stream", "Custom-B"}});
  CHECK(content_of(files.path("law")) ==
        "# ours\nendpoint = \"https://b.example.com\"  # old\nrule-id = \"" + k_rule +
            "\"\nstream = \"Custom-A\"\nlog-stream = \"Custom-B\"\n");
  CHECK(error_of([&] { files.change("other", {}); }).kind() == ErrorKind::not_found);
}

TEST_CASE("a workspace's secret does not meet that of a connection of the same name") {
  const TempDir dir;
  test::FakeClock clock;
  config::KeptSecrets secrets(dir.path(), clock, SecretStore::file);
  secrets.keep_client_secret("law", Secret("of the connection"));
  secrets.keep_client_secret("workspace.law", Secret("of the workspace"));
  CHECK(secrets.client_secret("law")->reveal() == "of the connection");
  CHECK(secrets.client_secret("workspace.law")->reveal() == "of the workspace");
  config::make_secret_place(SecretStore::file, dir.path())->remove_all("workspace.law");
  CHECK_FALSE(secrets.client_secret("workspace.law"));
  CHECK(secrets.client_secret("law"));
  CHECK(error_of([&] { (void)secrets.client_secret("workspace.../law"); }).kind() ==
        ErrorKind::invalid);
}
