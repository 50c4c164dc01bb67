#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using Catch::Contains;
using config::ConnectionFiles;
using itsmc::test::error_of;
using itsmc::test::TempDir;

namespace {

void put(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

constexpr std::string_view k_good = R"(# our production instance
partner = "servicenow"
url = "https://prod.service-now.com"   # not the test one

username = "itsmc"
client-id = "abc"
sync-days = 90
)";

Connection good() {
  Connection connection;
  connection.name = "prod";
  connection.url = "https://prod.service-now.com";
  connection.username = "itsmc";
  connection.client_id = "abc";
  connection.sync_days = 90;
  return connection;
}

std::vector<std::pair<std::string, std::string>> words_of(const Connection& connection) {
  std::vector<std::pair<std::string, std::string>> words;
  for (const FieldText& field : to_fields(connection)) words.emplace_back(field.name, field.value);
  return words;
}

/// The error of loading this text as prod.toml, the file's path cut down to "prod.toml".
std::string problems_of(const std::string& text) {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  put(files.path("prod"), text);
  const Error error = error_of([&] { (void)files.load("prod"); });
  CHECK(error.kind() == ErrorKind::config);
  std::string said = error.text();
  const std::string directory = (dir / "connections").string() + "/";
  for (auto at = said.find(directory); at != std::string::npos; at = said.find(directory)) {
    said.erase(at, directory.size());
  }
  return said;
}

/// The file's text after a change.
std::string changed(const std::string& text, const std::vector<FieldText>& changes) {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  put(files.path("prod"), text);
  files.change("prod", changes);
  return *read_file(files.path("prod"));
}

}  // namespace

TEST_CASE("a connection file is read") {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  put(files.path("prod"), std::string(k_good));
  const auto connection = files.load("prod");
  REQUIRE(connection);
  CHECK(connection->name == "prod");
  CHECK(words_of(*connection) == words_of(good()));
}

TEST_CASE("names are those of the files NAME.toml, sorted") {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  CHECK(files.names().empty());
  for (const std::string name : {"prod.toml", "Dev.toml", "a-1.toml", ".prod.toml.1f.tmp",
                                 "x.toml~", "1a.toml", "a b.toml", "notes.txt", ".toml"}) {
    put(dir / "connections" / name, "");
  }
  CHECK(files.names() == std::vector<std::string>{"Dev", "a-1", "prod"});
}

TEST_CASE("a connection that is not there is absent") {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  put(dir / "secret.toml", std::string(k_good));
  CHECK_FALSE(files.load("prod"));
  CHECK_FALSE(files.load("../secret"));
  CHECK_FALSE(files.load(""));
  CHECK_FALSE(files.remove("prod"));
  CHECK(error_of([&] { files.remove("../secret"); }).kind() == ErrorKind::invalid);
  CHECK(error_of([&] { files.change("prod", {}); }).kind() == ErrorKind::not_found);
}

TEST_CASE("each problem of a file is named with its line") {
  const std::string said = problems_of(R"(partner = "servicenow"
url = "http://prod.service-now.com"
usrname = "itsmc"
sync-days = 121
create-ci = "true"
tenant = "contoso"
work-items = ["incident", "events"]
)");
  CHECK(said ==
        "prod.toml:2:1: url: http is for loopback only, it would show every secret: use "
        "\"https://prod.service-now.com\"\n"
        "prod.toml:3:1: usrname: is not a field of a connection: did you mean \"username\"?\n"
        "prod.toml:4:1: sync-days: 121 is more than 120 days, the limit: ask for 120 or fewer\n"
        "prod.toml:5:1: create-ci: must be true or false, without quotes\n"
        "prod.toml:6:1: tenant: is not for ServiceNow: it does not sign in by Microsoft Entra\n"
        "prod.toml:7:1: work-items: \"events\" cannot be synced: choose of incident, "
        "change-request\n"
        "prod.toml: username: is required by ServiceNow\n"
        "prod.toml: client-id: is required by ServiceNow");
}

TEST_CASE("values of a wrong type are refused") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"sync-days = \"90\"", "sync-days: must be a whole number, as 30"},
      {"sync-days = 90.0", "sync-days: is neither text, a whole number"},
      {"sync-days = true", "sync-days: must be a whole number"},
      {"work-items = \"incident\"", "work-items: must be a list of text"},
      {"work-items = [1]", "work-items: is a list of other things than text"},
      {"work-items = [\"incident,change-request\"]", "work-items: has a comma"},
      {"work-items = []", "work-items: is empty"},
      {"workspace = 5", "workspace: must be text, in quotes"},
      {"workspace = \"\"", "workspace: is empty"},
      {"timeout = 120", "timeout: must be text, in quotes"},
      {"timeout = 07:32:00", "timeout: is neither text"},
      {"workspace.name = \"a\"", "workspace: is a table"},
      {"[workspace]\nname = \"a\"", "workspace: is a table"},
      {"[extra]\nname = \"a\"", "extra: is not a field of a connection"},
  };
  for (const auto& [line, reason] : cases) {
    CAPTURE(line);
    const std::string base(k_good.substr(0, k_good.find("sync-days")));
    const std::string said = problems_of(base + line + "\n");
    const std::string column = line.starts_with('[') ? "2" : "1";
    CHECK_THAT(said, Contains(fmt::format("prod.toml:7:{}: {}", column, reason)));
    CHECK_THAT(said, !Contains("\n"));
  }
}

TEST_CASE("a secret in a file is refused with the accepted ways, and not repeated") {
  for (const std::string key :
       {"password", "client-secret", "token", "access_token", "Password", "api-key", "secret"}) {
    CAPTURE(key);
    const std::string said = problems_of(std::string(k_good) + key + " = \"hunter2\"\n");
    CHECK_THAT(said, Contains("prod.toml:8:1: " + key + ": is a secret"));
    CHECK_THAT(said, Contains("-command COMMAND"));
    CHECK_THAT(said, !Contains("hunter2"));
  }
}

TEST_CASE("what is not TOML is told with line and column") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"partner = \"servicenow\"\nurl = \n", "prod.toml:2:"},
      {"partner = \"servicenow\"\npartner = \"scsm\"\n", "prod.toml:2:"},
      {"partner = 'servicenow\n", "prod.toml:1:"},
      {"a = \"\xFF\"\n", "prod.toml:1:"},
      {"password = hunter2\n", "prod.toml:1:"},
  };
  for (const auto& [text, place] : cases) {
    CAPTURE(text);
    const std::string said = problems_of(text);
    CHECK(said.starts_with(place));
    CHECK_THAT(said, !Contains("hunter2"));
  }
}

TEST_CASE("a quote that is never closed is told where it opens") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a = 1\nurl = \"https://x\nb = \"c\"\n", "prod.toml:2:7:"},
      {"url = \"https://x", "prod.toml:1:7:"},
      {"url = 'https://x\n", "prod.toml:1:7:"},
      {"a = \"it's\" # it's \"\nb = '\"'\nurl = \"x\n", "prod.toml:3:7:"},
      {"a = \"\xC3\xA9\"\n\"\xC3\xA9\" = \"\\\"\n", "prod.toml:2:7:"},
      {"a = [\"x\", \"y]\n", "prod.toml:1:11:"},
      {"a = \"\"\"x\ny\n", "prod.toml:1:5:"},
      {"\xEF\xBB\xBFurl = \"x\n", "prod.toml:1:7:"},
  };
  for (const auto& [text, place] : cases) {
    CAPTURE(text);
    CHECK_THAT(problems_of(text), Contains(place + " the closing quote is missing"));
  }
  CHECK_THAT(problems_of("url = it's\n"), !Contains("quote is missing"));
  CHECK_THAT(problems_of("url = \"a\tb\x01\"\n"), Contains("control characters"));
}

TEST_CASE("a file nested beyond reason is an error like any other") {
  CHECK(problems_of("a = " + std::string(100'000, '[')).starts_with("prod.toml:1:"));
}

TEST_CASE("what is created is read again as the same, for every field") {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  Connection full = good();
  full.self_hosted = true;
  full.url = "https://itsm.example.com:8443";
  full.grant = Grant::client_credentials;
  full.work_items = {WorkItemType::change_request};
  full.sync_days = 120;
  full.create_ci = true;
  full.in_flight = 16;
  full.timeout = std::chrono::seconds(90);
  full.ca_file = "/etc/ssl/our \"own\".pem";
  full.proxy = "http://proxy:3128";
  full.workspace = "logs";
  full.password_command = "pass show 'it\\sm' | head -1 # \xC3\xBC";
  full.client_secret_command = "echo $SECRET";
  files.create(full);
  CHECK(words_of(*files.load("prod")) == words_of(full));
  Connection plain = good();
  plain.name = "plain";
  files.create(plain);
  CHECK(words_of(*files.load("plain")) == words_of(plain));
  CHECK(files.names() == std::vector<std::string>{"plain", "prod"});
}

TEST_CASE("a created file explains its keys and is never put over another") {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  files.create(good());
  const std::string text = *read_file(files.path("prod"));
  CHECK_THAT(text, Contains("# Id of the OAuth client made for this tool\nclient-id = \"abc\"\n"));
  CHECK_THAT(text, Contains("\n# work-items = [\"incident\", \"change-request\"]\n"));
  CHECK_THAT(text, Contains("\n# create-ci = false\n"));
  CHECK_THAT(text, !Contains("tenant"));
  CHECK_THAT(text, !Contains("password ="));
  CHECK(error_of([&] { files.create(good()); }).kind() == ErrorKind::invalid);
  struct stat status {};
  REQUIRE(::stat(files.path("prod").c_str(), &status) == 0);
  CHECK((status.st_mode & 022U) == 0);
  CHECK(files.remove("prod"));
  CHECK(files.names().empty());
}

TEST_CASE("a change touches its own line only") {
  const std::string text = R"(# our production instance
partner = "servicenow"

  "url"   =   'https://prod.service-now.com'   # not the test one
username="itsmc"#the robot
client-id = """abc"""
work-items = [
  "incident",        # and nothing else
]  # both would be too much
sync-days = 9_0 # days
# the end, without a newline)";
  CHECK(changed(text, {{"sync-days", "30"}}) ==
        std::string(text).replace(text.find("9_0"), 3, "30"));
  CHECK(changed(text, {{"username", "b\"\\c"}}) ==
        std::string(text).replace(text.find("\"itsmc\""), 7, R"("b\"\\c")"));
  CHECK(changed(text, {{"url", "dev.service-now.com/nav_to.do"}}) ==
        std::string(text).replace(text.find("'https"), 30, "\"https://dev.service-now.com\""));
  CHECK(changed(text, {{"client-id", "x"}}) ==
        std::string(text).replace(text.find("\"\"\"abc"), 9, "\"x\""));
  const auto list = text.find("[\n");
  CHECK(changed(text, {{"work-items", "change-request"}}) ==
        std::string(text).replace(list, text.find("]  #") + 1 - list, "[\"change-request\"]"));
  CHECK(changed(text, {{"workspace", "logs"}, {"create-ci", "true"}}) ==
        text + "\nworkspace = \"logs\"\ncreate-ci = true\n");
}

TEST_CASE("an empty value takes the key's line away") {
  const std::string text(k_good);
  CHECK(changed(text, {{"sync-days", ""}}) == text.substr(0, text.find("sync-days")));
  CHECK(changed(text, {{"workspace", ""}}) == text);
  const std::string list = "work-items = [ # a\n \"incident\", # b\n] # c\n";
  CHECK(changed(list + text, {{"work-items", ""}}) == text);
  CHECK(changed(text + list, {{"work-items", ""}}) == text);
}

TEST_CASE("line ends and letters beyond ASCII survive a change") {
  const std::string text =
      "\xEF\xBB\xBFpartner = \"servicenow\"\r\nusername = \"b\xC3\xBC"
      "cher\"  # \xE2\x82\xAC\r\n";
  CHECK(changed(text, {{"username", "\xC3\xA4"}, {"sync-days", "7"}}) ==
        "\xEF\xBB\xBFpartner = \"servicenow\"\r\nusername = \"\xC3\xA4\"  # "
        "\xE2\x82\xAC\r\nsync-days = 7\r\n");
  CHECK(changed(text, {{"partner", "cherwell"}})
            .starts_with("\xEF\xBB\xBFpartner = \"cherwell\"\r\n"));
}

TEST_CASE("a change mends a value that was wrong, and refuses one that is") {
  const std::string broken = std::string(k_good).replace(k_good.find("90"), 2, "\"9\"");
  CHECK(changed(broken, {{"sync-days", "9"}}) ==
        std::string(k_good).replace(k_good.find("90"), 2, "9"));
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  put(files.path("prod"), std::string(k_good));
  const Error error = error_of([&] {
    files.change("prod", {{"sync-days", "400"}, {"sync-dais", "3"}, {"password", "hunter2"}});
  });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK_THAT(error.text(), Contains("sync-days: 400 is more than 120 days"));
  CHECK_THAT(error.text(), Contains("sync-dais: is not a field"));
  CHECK_THAT(error.text(), Contains("password: is never given as a value"));
  CHECK_THAT(error.text(), !Contains("hunter2"));
  CHECK(*read_file(files.path("prod")) == k_good);
}

TEST_CASE("a change goes through a link to the file it leads to") {
  const TempDir dir;
  const ConnectionFiles files(dir.path());
  put(dir / "dotfiles" / "prod.toml", std::string(k_good));
  std::filesystem::create_directories(dir / "connections");
  std::filesystem::create_symlink("../dotfiles/prod.toml", files.path("prod"));
  files.change("prod", {{"sync-days", "7"}});
  CHECK(std::filesystem::is_symlink(files.path("prod")));
  CHECK_THAT(*read_file(dir / "dotfiles" / "prod.toml"), Contains("sync-days = 7"));
  CHECK(files.load("prod")->sync_days == 7);
}
