#include "itsmc/config/profile.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using Catch::Contains;
using itsmc::test::error_of;

namespace {

constexpr const char* k_small = R"(
[incident]
set = "x_incidents"
key = "x_incidentid"
[incident.columns]
title = "x_title"
updated_at = "modifiedon"
)";

std::string problems_of(const std::string& text) {
  const Error error = error_of([&] { (void)config::parse_profile(text, "site.toml"); });
  CHECK(error.kind() == ErrorKind::config);
  return error.text();
}

}  // namespace

TEST_CASE("a profile file says where the work items lie", "[profile]") {
  const TableProfile profile = config::parse_profile(R"(
service-path = "/odata/v4/desk/"
[change-request]
set = "Changes"
key = "ID"
filter = "kind eq 'C'"
open-column = "state"
open-values = [1, "B", true]
[change-request.columns]
title = "name"
updated_at = "modifiedAt"
priority = "prio"
[change-request.labels.priority]
1 = "High"
"2" = "Low"
)",
                                                     "/home/me/site.toml");
  CHECK(profile.name == "site");
  CHECK(profile.service_path == "/odata/v4/desk");
  REQUIRE(profile.table(WorkItemType::change_request) != nullptr);
  CHECK(profile.table(WorkItemType::incident) == nullptr);
  const TableMap& map = *profile.table(WorkItemType::change_request);
  CHECK(map.set == "Changes");
  CHECK(map.filter == "kind eq 'C'");
  CHECK(map.open_values == std::vector<std::string>{"1", "B", "true"});
  CHECK(map.column_of("title") == "name");
  CHECK(map.column_of("risk").empty());
  CHECK(map.labels == std::vector<TableLabel>{{"priority", "1", "High"}, {"priority", "2", "Low"}});
}

TEST_CASE("what is wrong in a profile is named with file, line and key", "[profile]") {
  struct Case {
    std::string text;
    std::vector<std::string> words;
  };
  const std::string small = k_small;
  const std::vector<Case> cases = {
      {"x =", {"site.toml:1:"}},
      {"", {"maps no type"}},
      {"[incidents]\n", {"site.toml:1:2: incidents", "did you mean \"incident\"?"}},
      {"incident = 3\n", {"site.toml:1:12: incident: must be a table"}},
      {"[incident]\nsets = \"a\"\n",
       {"site.toml:2:1: incident.sets", "did you mean \"set\"?", "incident.set: is required",
        "incident.key: is required", "columns.title: is required"}},
      {"[incident]\nset = 3\n", {"site.toml:2:7: incident.set: must be text"}},
      {small + "titel = \"a\"\n",
       {"site.toml:8:9: incident.columns.titel", "did you mean \"title\"?"}},
      {small + "number = \"a b\"\n", {"site.toml:8:10: incident.columns.number", "not a column"}},
      {small + "number = 3\n", {"site.toml:8:10: incident.columns.number", "in quotes"}},
      {small + "risk = \"r\"\n", {"incident.columns.risk: is not a field of incident"}},
      {small + "[incident.labels.priority]\n1 = \"High\"\n",
       {"incident.labels.priority: is not among the columns"}},
      {"service-path = \"data\"\n" + small, {"site.toml:1:16: service-path", "must be a path"}},
      {"[incident]\nset = \"a/b?c\"\nkey = \"k\"\n", {"site.toml:2:7: incident.set", "not a name"}},
      {"[incident]\nopen-values = 3\n", {"site.toml:2:15: incident.open-values", "must be a list"}},
      {"[incident]\nopen-column = \"s\"\n", {"go together"}},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    const std::string problems = problems_of(one.text);
    for (const std::string& word : one.words) CHECK_THAT(problems, Contains(word));
  }
}

TEST_CASE("a written profile is read again as the same, with notes as comments", "[profile]") {
  for (const TableProfile& builtin : builtin_profiles()) {
    ProfileDraft draft{builtin, {}};
    draft.profile.tables[0].labels = {{"priority", "1", "a \"b\" \\"}};
    draft.notes = {{WorkItemType::incident, "set", "or: other\n\nmore"},
                   {WorkItemType::incident, "columns.title", "surely?"},
                   {WorkItemType::incident, "columns.escalation", "escalation: none fits"},
                   {WorkItemType::change_request, "", "for both"}};
    const std::string text = config::write_profile(draft, "first line\nsecond");
    CHECK_THAT(text, Catch::StartsWith("# first line\n# second\n"));
    CHECK_THAT(text, Contains("# or: other\n#\n# more\nset = "));
    CHECK_THAT(text, Contains("# surely?\ntitle = "));
    CHECK_THAT(text, Contains("# escalation: none fits\n"));
    TableProfile again = config::parse_profile(text, "x.toml");
    // The order of the columns is the fields' own.
    for (std::size_t i = 0; i < again.tables.size(); ++i) {
      const auto by_field = [](const TableColumn& a, const TableColumn& b) {
        return a.field < b.field;
      };
      std::sort(again.tables[i].columns.begin(), again.tables[i].columns.end(), by_field);
      std::sort(draft.profile.tables[i].columns.begin(), draft.profile.tables[i].columns.end(),
                by_field);
    }
    CHECK(again.tables == draft.profile.tables);
  }
}

TEST_CASE("a connection's profile is a built-in one, a file, or the default", "[profile]") {
  CHECK(config::load_profile("").name == "dataverse-case");
  CHECK(config::load_profile("provance-example").tables.size() == 2);
  CHECK_THAT(error_of([] { (void)config::load_profile("dataverse-cases"); }).hint(),
             Contains("dataverse-case"));
  const test::TempDir dir;
  const std::string file = (dir / "mine.toml").string();
  CHECK(error_of([&] { (void)config::load_profile(file); }).kind() == ErrorKind::not_found);
  std::ofstream(file) << k_small;
  CHECK(config::load_profile(file).name == "mine");
}

TEST_CASE("the built-in profiles keep their own rules", "[profile]") {
  for (const TableProfile& profile : builtin_profiles()) {
    for (const TableMap& map : profile.tables) {
      INFO(profile.name << " " << map.set);
      CHECK(check_table(map).empty());
    }
  }
  // The case table knows no changes: that is said, never "0 rows".
  CHECK(find_builtin_profile("dataverse-case")->table(WorkItemType::change_request) == nullptr);
}
