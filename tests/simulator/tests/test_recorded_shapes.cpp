// Shape for shape, and mostly value for value, against answers that others recorded: a row with
// the recorded values is put in, and what comes out must be what the real instance answered.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"
#include "servicenow/answers.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;
using servicenow::Key;

std::string stored_text(const json& value) {
  if (value.is_object()) return value.value("value", "");
  return value.is_string() ? value.get<std::string>() : std::string();
}

// Adds the record as it was recorded: every known column with its stored value.
void add_recorded(InstanceOnTest& on, const std::string& table_name, const json& record) {
  auto& table = *on.service.site().instance.table(table_name);
  servicenow::Row row;
  row.sys_id = Key(stored_text(record.at("sys_id")));
  row.updated_on = parse_utc(stored_text(record.at("sys_updated_on"))).value();
  if (record.contains("sys_mod_count")) {
    row.mod_count = static_cast<std::uint32_t>(std::stoul(stored_text(record["sys_mod_count"])));
  }
  for (const auto& [name, value] : record.items()) {
    const auto column = table.schema().find(name);
    if (column && *column > servicenow::k_mod_count) row.append(*column, stored_text(value));
  }
  table.insert(std::move(row));
  on.service.site().instance.settle();
}

void add_named(InstanceOnTest& on, const std::string& table_name, const std::string& id,
               const std::string& name) {
  auto& table = *on.service.site().instance.table(table_name);
  servicenow::RowMaker maker(table.schema(), Key(id), 0);
  maker.set("name", name);
  table.insert(std::move(maker.row));
  on.service.site().instance.settle();
}

std::string field_list(const json& record) {
  std::string out;
  for (const auto& [name, value] : record.items()) out += (out.empty() ? "" : ",") + name;
  return out;
}

servicenow::Settings named(const std::string& host) {
  servicenow::Settings settings;
  settings.foreign_name = host;
  return settings;
}

}  // namespace

TEST_CASE("a full incident in value mode is what the recorded instance answered") {
  const json recorded = fixture("incident_list_one_value_mode_full.json");
  InstanceOnTest on(named("dev112093.service-now.com"));
  on.service.fill_empty();
  add_recorded(on, "incident", recorded["result"][0]);
  const auto reply =
      on.get("/api/now/table/incident?sysparm_fields=" + field_list(recorded["result"][0]));
  CHECK(body_json(reply) == recorded);
  // Without a field list nothing recorded is missing either.
  const json all = body_json(on.get("/api/now/table/incident"))["result"][0];
  for (const auto& [name, value] : recorded["result"][0].items()) CHECK(all.at(name) == value);
}

TEST_CASE("unknown query parameters are ignored and echoed in Link, links keep the version") {
  const json recorded = fixture("exchange_incident_list_200_ignored_params.json");
  InstanceOnTest on(named("dev130168.service-now.com"));
  on.service.fill_empty();
  const json record = recorded["body"]["result"][0];
  add_recorded(on, "incident", record);
  on.control("create?count=66");  // 67 in all
  const auto reply = on.get(recorded["request"]["path"].get<std::string>());
  CHECK(reply.status == 200);
  CHECK(header_of(reply, "X-Total-Count") == recorded["headers"]["X-Total-Count"]);
  CHECK(header_of(reply, "Link") == recorded["headers"]["Link"]);
  const json shown = body_json(reply)["result"][0];
  for (const auto& [name, value] : record.items()) CHECK(shown.at(name) == value);
  for (const auto& [name, value] : recorded["headers"].items()) {
    if (name == "Date" || name == "Transfer-Encoding" || name == "Keep-Alive" ||
        name == "Connection" || name == "Content-Type") {
      continue;  // the server's or the message's, not the product's
    }
    INFO(name);
    CHECK(!header_of(reply, name).empty());
  }
  CHECK(reply.content_type == recorded["headers"]["Content-Type"]);
}

TEST_CASE("a blank create gets the defaults that the recorded instance gave") {
  const json recorded = fixture("exchange_incident_create_201.json");
  auto settings = named("dev60827.service-now.com");
  settings.credentials.user = "employee";
  InstanceOnTest on(settings);
  on.service.fill_empty();
  const auto reply = on.send("POST", recorded["request"]["path"], "{}");
  REQUIRE(reply.status == recorded["status"]);
  const json made = body_json(reply)["result"];
  CHECK(header_of(reply, "Location") ==
        "https://dev60827.service-now.com/api/now/v2/table/incident/" +
            made["sys_id"].get<std::string>());
  for (const auto& [name, value] : recorded["body"]["result"].items()) {
    INFO(name);
    REQUIRE(made.contains(name));
    CHECK(made[name].type() == value.type());
    const bool differs = name.ends_with("_at") || name.ends_with("_on") || name.ends_with("_by") ||
                         name.ends_with("number") || name == "sys_id";
    if (!differs) CHECK(made[name] == value);
  }
}

TEST_CASE("pages in mode all are what the recorded instance answered") {
  const json recorded = fixture("exchange_incident_pages_all_mode.json");
  InstanceOnTest on(named("instance.example"));
  on.service.fill_empty();
  on.control("fault?name=user-zone&arg=-480");
  add_named(on, "sys_user", "681ccaf9c0a8016400b98a06818d57c7", "Joe Employee");
  add_named(on, "sys_user", "5137153cc611227c000bbd1bd8cd2007", "David Loo");
  for (const auto& page : recorded) add_recorded(on, "incident", page["body"]["result"][0]);
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const auto& wanted = recorded[i];
    const auto& record = wanted["body"]["result"][0];
    const std::string common =
        "/api/now/table/incident?sysparm_query=TEST&sysparm_display_value=all"
        "&sysparm_exclude_reference_link=true&sysparm_limit=1";
    const auto reply = on.get(common + "&sysparm_offset=" + std::to_string(i));
    CHECK(header_of(reply, "Link") == wanted["headers"]["Link"]);
    const json shown = body_json(on.get(common + "&sysparm_offset=" + std::to_string(i) +
                                        "&sysparm_fields=" + field_list(record)))["result"][0];
    for (const auto& [name, value] : record.items()) {
      INFO(name);
      // Recorded in summer time (one hour less): our zone is a fixed offset.
      if (name == "sys_updated_on")
        CHECK(shown[name]["value"] == value["value"]);
      else
        CHECK(shown[name] == value);
    }
  }
}

TEST_CASE("a change request in mode all is what the recorded instance answered") {
  const json recorded = fixture("change_request_list_all_mode_no_links.json");
  const json record = recorded["result"][0];
  InstanceOnTest on;
  on.service.fill_empty();
  on.control("fault?name=user-zone&arg=-420");
  add_named(on, "sys_user", "6816f79cc0a8016401c5a33be04be441", "System Administrator");
  add_named(on, "sys_user_group", "287ebd7da9fe198100f92cc8d1d2154e", "Network");
  add_recorded(on, "change_request", record);
  const json shown =
      body_json(on.get("/api/now/table/change_request?sysparm_display_value=all"
                       "&sysparm_exclude_reference_link=true&sysparm_fields=" +
                       field_list(record)))["result"][0];
  for (const auto& [name, value] : record.items()) {
    INFO(name);
    REQUIRE(shown.contains(name));
    if (name == "std_change_producer_version") continue;  // a table of templates is not here
    CHECK(shown[name] == value);
  }
}

TEST_CASE("dot-walked keys and display mode have the documented shape") {
  const json documented = fixture("docs_dotwalk_display_true.json");
  InstanceOnTest on;
  on.service.fill_empty();
  const json shown =
      body_json(on.get("/api/now/table/sys_user_has_role?sysparm_display_value=true&sysparm_limit=1"
                       "&sysparm_fields=user.name,user.sys_id,role.name,role,user"))["result"][0];
  for (const auto& [name, value] : documented["result"][0].items()) {
    if (name == "user.department") continue;  // departments are text here
    INFO(name);
    REQUIRE(shown.contains(name));
    CHECK(shown[name].type() == value.type());
    if (value.is_object()) {
      for (const auto& [member, unused] : value.items()) CHECK(shown[name].contains(member));
      CHECK(shown[name].size() == value.size());
    }
  }
}

TEST_CASE("errors have the recorded bodies") {
  InstanceOnTest on;
  on.service.fill_empty();
  CHECK(body_json(on.get("/api/now/table/incident/00000000000000000000000000000000")) ==
        fixture("error_404_no_record_found.json"));
  CHECK(body_json(on.get(list_target("incident", "number=NONE"))) ==
        fixture("table_list_empty.json"));
  const json refused = fixture("exchange_401_user_is_not_authenticated.json");
  const auto reply = on.get("/api/now/table/incident", {{"Authorization", "Bearer nonsense"}});
  CHECK(reply.status == 401);
  CHECK(body_json(reply) == refused["body"]);
  CHECK(header_of(reply, "WWW-Authenticate") == refused["headers"]["WWW-Authenticate"]);
  const json verbatim = fixture("errors_verbatim_bodies.json");
  on.control("fault?name=acl-write&count=1");
  CHECK(body_json(on.send("POST", "/api/now/table/incident", "{}")) == verbatim[0]["body"]);
  on.control("fault?name=rate-limit&count=1");
  const auto limited = on.get("/api/now/table/incident");
  CHECK(limited.status == 429);
  CHECK(body_json(limited) == verbatim[1]["body"]);
  for (const auto& name : verbatim[1]["headers_documented"]) {
    CHECK(!header_of(limited, name.get<std::string>()).empty());
  }
  const auto large = on.send("POST", "/api/now/table/incident", std::string(15105102, ' '));
  CHECK(large.status == 400);
  CHECK(body_json(large) == verbatim[2]["body"]);
  CHECK(body_json(on.get("/api/sn_chg_rest/change")) == verbatim[3]["body"]);
}

TEST_CASE("token answers have the recorded members, refusals the recorded body") {
  InstanceOnTest on;
  const auto& credentials = on.service.site().oauth.credentials();
  const auto reply = on.form({{"grant_type", "password"},
                              {"client_id", credentials.client_id},
                              {"client_secret", credentials.client_secret},
                              {"username", credentials.user},
                              {"password", credentials.password}});
  const json recorded = fixture("oauth_token_200_password_grant.json");
  const json made = body_json(reply);
  CHECK(made.size() == recorded.size());
  for (const auto& [name, value] : recorded.items()) {
    INFO(name);
    REQUIRE(made.contains(name));
    CHECK(made[name].type() == value.type());
    if (name.ends_with("_token")) {
      CHECK(made[name].get<std::string>().size() == value.get<std::string>().size());
    } else {
      CHECK(made[name] == value);
    }
  }
  const auto refused = on.form({{"grant_type", "password"}, {"client_id", "other"}});
  CHECK(refused.status == fixture("oauth_errors.json")[0]["status"]);
  CHECK(body_json(refused) == fixture("oauth_errors.json")[0]["body"]);
}

TEST_CASE("a single page has a count and no Link") {
  const json recorded = fixture("exchange_headers_single_page_no_link.json");
  InstanceOnTest on;
  on.service.fill_empty();
  on.control("create?count=1");
  const auto reply = on.get(recorded["request"]["path"].get<std::string>());
  CHECK(header_of(reply, "X-Total-Count") == recorded["headers"]["X-Total-Count"]);
  CHECK(header_of(reply, "Server") == recorded["headers"]["Server"]);
  CHECK(header_of(reply, "Link").empty());
}

TEST_CASE("grouped statistics and attachments have the documented shape") {
  InstanceOnTest on;
  on.service.fill_empty();
  on.control("create?count=3");
  const json wanted = fixture("docs_aggregate_group_avg.json")["result"][0];
  const json shown =
      body_json(on.get("/api/now/stats/incident?sysparm_avg_fields=business_stc,reassignment_count"
                       "&sysparm_group_by=assignment_group"))["result"][0];
  CHECK(shown["stats"]["avg"].size() == wanted["stats"]["avg"].size());
  CHECK(shown["stats"]["avg"]["reassignment_count"] == "0.0000");
  CHECK(shown["groupby_fields"] == wanted["groupby_fields"]);

  const json list = body_json(on.get("/api/now/table/incident?sysparm_limit=1"));
  const std::string id = list["result"][0]["sys_id"];
  const auto posted = on.send("POST",
                              "/api/now/attachment/file?table_name=incident&file_name=a.txt"
                              "&table_sys_id=" +
                                  id,
                              "hello", {{"Content-Type", "text/plain"}});
  REQUIRE(posted.status == 201);
  const json recorded = fixture("attachment_list_one.json")["result"][0];
  const json listed =
      body_json(on.get("/api/now/attachment?sysparm_query=table_sys_id%3D" + id))["result"];
  REQUIRE(listed.size() == 1);
  for (const auto& [name, value] : recorded.items()) {
    INFO(name);
    CHECK(listed[0].contains(name));
  }
  const std::string file = listed[0]["sys_id"];
  CHECK(*on.get("/api/now/attachment/" + file + "/file").body == "hello");
}

TEST_CASE("the hibernation page carries the recorded words") {
  const std::string recorded =
      read_file(std::string(SIM_FIXTURES) + "/hibernating_instance_200_reassembled.html");
  const std::string ours = servicenow::hibernating_page();
  for (const char* words :
       {"<title>Instance Hibernating page</title>", "<h1>Your instance is hibernating</h1>",
        "Sign in to the site to wake your instance", "https://developer.servicenow.com/dev.do",
        "Want to find out why instances hibernate?"}) {
    INFO(words);
    CHECK(recorded.find(words) != std::string::npos);
    CHECK(ours.find(words) != std::string::npos);
  }
}

}  // namespace itsmc::sim::test
