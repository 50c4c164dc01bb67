#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/servicenow.hpp"
#include "partners/servicenow_choices.hpp"
#include "partners/servicenow_page_size.hpp"
#include "partners/servicenow_query.hpp"
#include "partners/servicenow_roles.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("Carets in values are doubled, scripts are refused", "[partners][servicenow]") {
  EncodedQuery query;
  query.where("name", "=", "a^b=c").where("state", "IN", "1,2").order_by("sys_id");
  CHECK(query.text() == "name=a^^b=c^stateIN1,2^ORDERBYsys_id");
  for (const char* value :
       {"javascript:gs.now()", "JavaScript:x", " javascript:x", "a,javascript:x"}) {
    INFO(value);
    try {
      (void)EncodedQuery().where("name", "=", value);
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
    }
  }
  CHECK(EncodedQuery().where("name", "=", "java script").text() == "name=java script");
}

TEST_CASE("Pages grow while they are quick and shrink when they are cancelled",
          "[partners][servicenow]") {
  PageSize size = PageSize::up_to(5000);
  CHECK(size.rows == 1000);
  CHECK(size.after_full(1000, milliseconds(5000)).rows == 1000);
  size = size.after_full(1000, milliseconds(300));
  CHECK(size.rows == 2000);
  CHECK(size.after_full(1000, milliseconds(1)).rows == 2000);  // an old page says nothing
  size = size.after_full(2000, seconds(1)).after_full(4000, seconds(1));
  CHECK(size.rows == 5000);
  CHECK(size.after_full(5000, seconds(1)).rows == 5000);

  PageSize shrunk = size.after_cancelled(5000);
  CHECK(shrunk.rows == 2500);
  CHECK(shrunk.after_cancelled(5000).rows == 2500);  // another lane's page of the same moment
  PageSize smallest = shrunk;
  for (int n = 0; n < 20; ++n) smallest = smallest.after_cancelled(smallest.rows);
  CHECK(smallest.rows == 50);
  // It grows again, but not at the first quick page.
  PageSize growing = shrunk;
  int pages = 0;
  while (growing.rows == 2500 && pages < 1000) {
    growing = growing.after_full(2500, seconds(1));
    ++pages;
  }
  CHECK(pages == 4);
  CHECK(growing.rows == 5000);
  CHECK(PageSize::up_to(10).rows == 10);
  CHECK(PageSize::up_to(10).after_cancelled(10).rows == 10);
  CHECK(PageSize::up_to(0).rows == 1);
}

TEST_CASE("Labels come from the table, English and active rows first", "[partners][servicenow]") {
  struct Case {
    const char* name;
    std::vector<ChoiceRow> rows;
    const char* label;
  };
  const auto row = [](const char* table, const char* label, const char* language, bool inactive) {
    return ChoiceRow{.id = "x",
                     .table = table,
                     .element = "state",
                     .value = "2",
                     .label = label,
                     .language = language,
                     .inactive = inactive};
  };
  const Case cases[] = {
      {"none", {}, "In Progress"},
      {"own", {row("incident", "Own", "en", false)}, "Own"},
      {"parent", {row("task", "Parent", "en", false)}, "Parent"},
      {"own over parent",
       {row("incident", "Own", "en", false), row("task", "Parent", "en", false)},
       "Own"},
      {"the parent's active row over a retired own one",
       {row("task", "P", "en", false), row("incident", "Own", "en", true)},
       "P"},
      {"the parent's English row over the own one in another language",
       {row("incident", "Deutsch", "de", false), row("task", "P", "en", false)},
       "P"},
      {"English first",
       {row("incident", "Deutsch", "de", false), row("incident", "English", "en", false)},
       "English"},
      {"other language", {row("incident", "Deutsch", "de", false)}, "Deutsch"},
      {"active first",
       {row("incident", "Old", "en", true), row("incident", "Current", "en", false)},
       "Current"},
      {"inactive as a fallback", {row("incident", "Old", "en", true)}, "Old"},
      {"another table", {row("problem", "Else", "en", false)}, "In Progress"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const Choices choices = choose_labels(WorkItemType::incident, c.rows);
    CHECK(choices.label(static_cast<std::uint8_t>(TextField::state_code), "2") == c.label);
  }
}

TEST_CASE("Choice lists of any size find their labels", "[partners][servicenow]") {
  Choices choices;
  for (int n = 0; n < 3000; ++n) {
    choices.put(3, "code" + std::to_string(n), "label" + std::to_string(n));
  }
  choices.put(3, "code7", "again");
  CHECK(choices.size() == 3000);
  for (int n = 0; n < 3000; n += 11) {
    CHECK(choices.label(3, "code" + std::to_string(n)) == "label" + std::to_string(n));
  }
  CHECK(choices.label(3, "code7") == "again");
  CHECK(choices.label(3, "nothing") == "nothing");
  CHECK(choices.label(4, "code1") == "code1");
}

TEST_CASE("Choice rows are read from the table's answer", "[partners][servicenow]") {
  const auto answer = nlohmann::json::parse(
      R"({"result":[{"sys_id":"1","name":"incident","element":"state","value":"1","label":"New",)"
      R"("language":"en","inactive":"false"},{"name":"task"},7]})");
  const std::vector<ChoiceRow> rows = parse_choice_rows(answer);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].label == "New");
  CHECK_FALSE(rows[0].inactive);
  CHECK_THROWS_AS(parse_choice_rows(nlohmann::json::parse("{}")), Error);
  CHECK(choice_query(field_map(WorkItemType::incident), "") ==
        "nameINincident,task^elementINstate,urgency,impact,priority,category,contact_type,"
        "escalation^ORDERBYsys_id");
}

TEST_CASE("Families are in the order of their release, not of the alphabet",
          "[partners][servicenow]") {
  CHECK(is_older_family("Zurich", "Australia"));
  CHECK(is_older_family("Aspen", "Australia"));
  CHECK(is_older_family("New York", "Orlando"));
  CHECK(is_older_family("sandiego", "Tokyo"));
  CHECK_FALSE(is_older_family("Washington DC", "Vancouver"));
  struct Case {
    const char *tag, *family;
    Release::Age age;
  };
  using Age = Release::Age;
  const Case cases[] = {
      {"glide-australia-02-11-2026__patch1-hotfix2-03-01-2026", "Australia", Age::supported},
      {"glide-washingtondc-12-20-2023__patch4-05-29-2024", "Washington DC", Age::supported},
      {"glide-newyork-06-26-2019__patch3", "New York", Age::supported},
      {"glide-sandiego-12-22-2021__patch1", "San Diego", Age::supported},
      {"glide-geneva-08-25-2015__patch1", "Geneva", Age::supported},
      {"glide-fuji-12-23-2014__patch1", "Fuji", Age::unsupported},
      {"glide-brisbane-08-11-2027__patch0", "brisbane", Age::supported},  // newer than the table
      {"glide-outback-08-11-2013__patch0", "", Age::unknown},
      {"glide-.war", "", Age::unknown},
      {"", "", Age::unknown},
      {"something else", "", Age::unknown},
  };
  for (const Case& c : cases) {
    INFO(c.tag);
    const Release release = parse_build_tag(c.tag);
    CHECK(release.family == c.family);
    CHECK(release.age == c.age);
  }
}

TEST_CASE("A refresh token is warned of from its eightieth day", "[partners][servicenow]") {
  const Timestamp issued{std::chrono::sys_days(std::chrono::year(2025) / 1 / 1)};
  const auto after = [&issued](int days) {
    return refresh_token_warning(issued, issued + std::chrono::days(days));
  };
  CHECK_FALSE(after(0).has_value());
  CHECK_FALSE(after(79).has_value());
  REQUIRE(after(80).has_value());
  CHECK_THAT(*after(80), Catch::Contains("2025-04-11"));
  CHECK(after(150).has_value());
}

TEST_CASE("Roles fail only where sync needs them and cannot read", "[partners][servicenow]") {
  Connection connection;
  connection.name = "prod";
  connection.username = "itsmc";
  const auto status = [&connection](std::set<std::string> roles, bool reads) {
    Rights rights;
    rights.roles = std::move(roles);
    rights.reads_tried = true;
    rights.reads_all = reads;
    return judge_roles(rights, connection);
  };
  CHECK(status({"admin"}, true).status == CheckStatus::ok);
  const Check itil = status({"itil"}, true);
  CHECK(itil.status == CheckStatus::warning);
  for (const char* role :
       {"personalize_choices", "import_transformer", "x_mioms_microsoft.user", "template_editor",
        "view_changer", "evt_mgmt_integration", "evt_mgmt_operator"}) {
    CHECK_THAT(itil.cause, Catch::Contains(role));
  }
  CHECK_THAT(itil.hint, Catch::Contains("User Administration > Users > itsmc > Roles"));
  CHECK(status({"sn_incident_read", "sn_change_read"}, false).status == CheckStatus::warning);
  CHECK(status({"sn_incident_read"}, false).status == CheckStatus::failed);
  CHECK(status({"own_read_role"}, true).status == CheckStatus::warning);
  const Check none = status({"approver"}, false);
  CHECK(none.status == CheckStatus::failed);
  CHECK(none.kind == ErrorKind::denied);
  CHECK_THAT(none.cause, Catch::Contains("itil or sn_incident_read"));
  Rights unread;
  unread.unread_because = "sys_user_has_role shows this user no row";
  CHECK(judge_roles(unread, connection).status == CheckStatus::warning);
  CHECK(judge_write(unread, connection).status == CheckStatus::warning);
  Rights writer;
  writer.roles = {"itil"};
  CHECK(judge_write(writer, connection).status == CheckStatus::ok);
  writer.roles = {"sn_incident_write"};
  CHECK(judge_write(writer, connection).status == CheckStatus::warning);
}
