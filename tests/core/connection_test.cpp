#include "itsmc/core/connection.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace itsmc;
using Catch::Contains;

namespace {

using Words = std::map<std::string, std::string>;

const std::vector<PartnerKind> k_all{PartnerKind::servicenow, PartnerKind::scsm,
                                     PartnerKind::provance, PartnerKind::cherwell};

/// What each partner needs and no more.
Words good(PartnerKind partner) {
  switch (partner) {
    case PartnerKind::servicenow:
      return {{"partner", "servicenow"},
              {"url", "https://prod.service-now.com"},
              {"username", "itsmc"},
              {"client-id", "abc"}};
    case PartnerKind::scsm:
      return {{"partner", "scsm"},
              {"url", "https://smoc.azurewebsites.net"},
              {"client-id", "abc"},
              {"tenant", "contoso.example"}};
    case PartnerKind::provance:
      return {{"partner", "provance"},
              {"url", "https://org.crm.dynamics.com"},
              {"username", "itsmc@Contoso.example"},
              {"client-id", "abc"}};
    case PartnerKind::cherwell:
      return {{"partner", "cherwell"},
              {"url", "https://itsm.example.com"},
              {"username", "EXAMPLE\\itsmc"},
              {"client-id", "abc"}};
  }
  return {};
}

SecretsGiven secrets_of(PartnerKind partner) {
  switch (partner) {
    case PartnerKind::servicenow:
      return SecretsGiven::both;
    case PartnerKind::scsm:
      return SecretsGiven::client_secret;
    default:
      return SecretsGiven::password;
  }
}

std::vector<FieldText> to_texts(const Words& words) {
  std::vector<FieldText> texts;
  for (const auto& [name, value] : words) texts.push_back({name, value});
  return texts;
}

CheckedConnection check(const Words& words, SecretsGiven secrets = SecretsGiven::none,
                        SecretRule rule = SecretRule::ignore) {
  return check_connection("prod", to_texts(words), secrets, rule);
}

CheckedConnection check_with(PartnerKind partner, const std::string& field,
                             const std::string& value) {
  Words words = good(partner);
  words[field] = value;
  return check(words);
}

/// The one problem's reason; fails when there is none, or one of another field, or several.
std::string only_problem(const CheckedConnection& checked, const std::string& field) {
  for (const auto& problem : checked.problems) INFO(problem.field + ": " + problem.reason);
  REQUIRE(checked.problems.size() == 1);
  CHECK(checked.problems[0].field == field);
  return checked.problems[0].reason;
}

std::set<std::string> fields_of(const std::vector<FieldProblem>& problems) {
  std::set<std::string> fields;
  for (const FieldProblem& problem : problems) fields.insert(problem.field);
  return fields;
}

}  // namespace

TEST_CASE("every partner accepts what it needs, and takes the defaults for the rest") {
  for (const PartnerKind partner : k_all) {
    CAPTURE(to_string(partner));
    const auto checked = check(good(partner), secrets_of(partner), SecretRule::enforce);
    CHECK(checked.problems.empty());
    const Connection& c = checked.connection;
    CHECK(c.name == "prod");
    CHECK(c.partner == partner);
    CHECK(c.sync_days == 30);
    CHECK_FALSE(c.in_flight);  // config.toml may name another than 4
    CHECK(c.timeout == std::chrono::seconds(120));
    CHECK(c.work_items ==
          std::vector<WorkItemType>{WorkItemType::incident, WorkItemType::change_request});
    CHECK_FALSE(c.create_ci);
  }
}

TEST_CASE("nothing given: every missing field is named at once") {
  const std::vector<std::pair<PartnerKind, std::set<std::string>>> cases{
      {PartnerKind::servicenow, {"url", "username", "password", "client-id", "client-secret"}},
      {PartnerKind::scsm, {"url", "client-id", "client-secret", "tenant"}},
      {PartnerKind::provance, {"url", "username", "password", "client-id"}},
      {PartnerKind::cherwell, {"url", "username", "password", "client-id"}},
  };
  for (const auto& [partner, missing] : cases) {
    CAPTURE(to_string(partner));
    const auto checked = check({{"partner", std::string(to_string(partner))}}, SecretsGiven::none,
                               SecretRule::enforce);
    CHECK(fields_of(checked.problems) == missing);
    CHECK(checked.problems.size() == missing.size());
  }
}

TEST_CASE("problems come in the order of the field table") {
  const auto checked = check_connection(
      "9lives", to_texts({{"partner", "servicenow"}, {"url", "ftp://x"}, {"sync-days", "121"}}),
      SecretsGiven::none, SecretRule::enforce);
  std::vector<std::string> order;
  for (const auto& problem : checked.problems) order.push_back(problem.field);
  CHECK(order == std::vector<std::string>{"name", "url", "username", "password", "client-id",
                                          "client-secret", "sync-days"});
}

TEST_CASE("each field that a partner does not have is refused with the partner and the reason") {
  const std::map<PartnerKind, std::set<std::string>> refused{
      {PartnerKind::servicenow, {"tenant", "authority", "audience", "profile"}},
      {PartnerKind::scsm,
       {"self-hosted", "grant", "username", "password", "profile", "password-command"}},
      {PartnerKind::provance,
       {"self-hosted", "grant", "client-secret", "audience", "client-secret-command"}},
      {PartnerKind::cherwell,
       {"self-hosted", "grant", "client-secret", "tenant", "authority", "audience", "profile",
        "client-secret-command"}},
  };
  for (const PartnerKind partner : k_all) {
    for (const ConnectionField& field : connection_fields()) {
      const std::string name(field.name);
      CAPTURE(to_string(partner), name);
      const bool expected = refused.at(partner).contains(name);
      CHECK((field.need(partner) == Need::refused) == expected);
      if (!expected) continue;
      CHECK_FALSE(field.refused_because.empty());
      const std::string reason = only_problem(check_with(partner, name, "x"), name);
      CHECK_THAT(reason, Contains(std::string(title(partner))));
      CHECK_THAT(reason, Contains(std::string(field.refused_because)));
    }
  }
  CHECK(only_problem(check_with(PartnerKind::scsm, "username", "x"), "username") ==
        "is not for System Center Service Manager: its web app signs in by client id and secret "
        "only");
}

TEST_CASE("a secret is never a value, and the message does not repeat it") {
  for (const std::string field : {"password", "client-secret"}) {
    const auto reason = only_problem(check_with(PartnerKind::servicenow, field, "hunter2"), field);
    CHECK_THAT(reason, Contains("--" + field + "-stdin"));
    CHECK_THAT(reason, Contains("--" + field + "-file"));
    CHECK_THAT(reason, Contains("--" + field + "-command"));
    CHECK_THAT(reason, Contains(field == "password" ? "ITSMC_PASSWORD" : "ITSMC_CLIENT_SECRET"));
    CHECK_THAT(reason, !Contains("hunter2"));
  }
}

TEST_CASE("secrets are asked for only where the rule says so, and a command stands for one") {
  Words words = good(PartnerKind::servicenow);
  CHECK(check(words, SecretsGiven::none, SecretRule::ignore).problems.empty());
  CHECK(fields_of(check(words, SecretsGiven::none, SecretRule::enforce).problems) ==
        std::set<std::string>{"password", "client-secret"});
  CHECK(fields_of(check(words, SecretsGiven::password, SecretRule::enforce).problems) ==
        std::set<std::string>{"client-secret"});
  words["password-command"] = "pass show itsmc";
  words["client-secret-command"] = "pass show itsmc-client";
  CHECK(check(words, SecretsGiven::none, SecretRule::enforce).problems.empty());
  CHECK(only_problem(check(good(PartnerKind::cherwell), SecretsGiven::both, SecretRule::enforce),
                     "client-secret")
            .starts_with("is not for Cherwell"));
}

TEST_CASE("with client credentials nobody signs in as a user") {
  Words words = good(PartnerKind::servicenow);
  words.erase("username");
  words["grant"] = "client-credentials";
  const auto checked = check(words, SecretsGiven::client_secret, SecretRule::enforce);
  CHECK(checked.problems.empty());
  CHECK(checked.connection.grant == Grant::client_credentials);
  words["grant"] = "implicit";
  CHECK(fields_of(check(words).problems) == std::set<std::string>{"grant", "username"});
}

TEST_CASE("names are letters, digits, _ and -, and start with a letter") {
  const auto problems = [](const std::string& name) {
    return check_connection(name, to_texts(good(PartnerKind::servicenow)), SecretsGiven::none,
                            SecretRule::ignore)
        .problems;
  };
  for (const std::string name : {"a", "Prod", "prod_2-eu", "A1"}) CHECK(problems(name).empty());
  CHECK(problems(std::string(64, 'a')).empty());
  for (const std::string name : {"", "1a", "_a", "-a", "a b", "a/b", "../a", "a.b", "\xC3\xA4"}) {
    CAPTURE(name);
    REQUIRE(problems(name).size() == 1);
    CHECK(problems(name)[0].field == "name");
  }
  REQUIRE(problems(std::string(65, 'a')).size() == 1);
  CHECK_THAT(problems(std::string(65, 'a'))[0].reason, Contains("64 is the limit"));
}

TEST_CASE("values that break a rule are refused with the limit") {
  struct Case {
    std::string field, value, reason;
  };
  const std::vector<Case> cases{
      {"sync-days", "121", "121 is more than 120 days, the limit: ask for 120 or fewer"},
      {"sync-days", "99999999999999999999", "is more than 120 days, the limit"},
      {"sync-days", "0", "0 is fewer than 1 day: ask for 1 to 120"},
      {"sync-days", "-5", "-5 is fewer than 1 day"},
      {"sync-days", "-99999999999999999999", "is fewer than 1 day"},
      {"sync-days", "30d", "\"30d\" is not a whole number: ask for 1 to 120"},
      {"sync-days", "1.5", "is not a whole number"},
      {"sync-days", "+5", "is not a whole number"},
      {"in-flight", "17", "17 is more than 16 requests at once, the limit: ask for 16 or fewer"},
      {"in-flight", "0", "0 is fewer than 1 request at once: ask for 1 to 16"},
      {"timeout", "120", "\"120\" is not a duration: write it as 90s or 2m"},
      {"timeout", "0s", "is less than 1s"},
      {"timeout", "1500ms", "is not in whole seconds"},
      {"timeout", "61m", "is more than 1h, the limit"},
      {"create-ci", "maybe", "\"maybe\" is neither true nor false"},
      {"self-hosted", "2", "neither true nor false"},
      {"work-items", "incidents", "did you mean \"incident\"?"},
      {"work-items", "incident,,change-request", "\"\" cannot be synced"},
      {"work-items", "event", "choose of incident, change-request"},
      {"grant", "passwort", "neither password nor client-credentials"},
      {"ca-file", "ca.pem", "\"ca.pem\" is not a whole path"},
      {"proxy", "socks5://proxy:1080", "\"socks5\" is not https"},
      {"proxy", "http://me:hunter2@proxy", "must not hold"},
      {"workspace", "a b", "other characters than letters"},
      {"client-id", "a\nb", "line break"},
      {"username", std::string(5'000, 'x'), "longer than 4096 bytes"},
      {"partner", "servicenew", "did you mean \"servicenow\"?"},
      {"partner", "remedy", "choose of servicenow, scsm, provance, cherwell"},
      {"sync-dais", "3", "did you mean \"sync-days\"?"},
      {"zzz", "3", "is not a field of a connection"},
      {"zzz", "", "is not a field of a connection"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.field, c.value);
    CHECK_THAT(only_problem(check_with(PartnerKind::servicenow, c.field, c.value), c.field),
               Contains(c.reason));
  }
}

TEST_CASE("values at their limits are taken") {
  const auto days = [](const std::string& text) {
    const auto checked = check_with(PartnerKind::servicenow, "sync-days", text);
    CHECK(checked.problems.empty());
    return checked.connection.sync_days;
  };
  CHECK(days("1") == 1);
  CHECK(days("120") == 120);
  CHECK(days(" 7 ") == 7);
  CHECK(check_with(PartnerKind::servicenow, "in-flight", "16").connection.in_flight == 16);
  CHECK(check_with(PartnerKind::servicenow, "timeout", "1h").connection.timeout ==
        std::chrono::hours(1));
  CHECK(check_with(PartnerKind::servicenow, "timeout", "1m30s").connection.timeout ==
        std::chrono::seconds(90));
  CHECK(
      check_with(PartnerKind::servicenow, "proxy", "http://proxy.example:3128/").connection.proxy ==
      "http://proxy.example:3128");
  CHECK(check_with(PartnerKind::servicenow, "proxy", "proxy:3128").connection.proxy ==
        "http://proxy:3128");
}

TEST_CASE("work items come in one order, each once") {
  const auto types = [](const std::string& text) {
    return check_with(PartnerKind::servicenow, "work-items", text).connection.work_items;
  };
  using enum WorkItemType;
  CHECK(types("change-request, incident,incident") ==
        std::vector<WorkItemType>{incident, change_request});
  CHECK(types("change-request") == std::vector<WorkItemType>{change_request});
}

TEST_CASE("a ServiceNow address is in the cloud unless somebody says otherwise") {
  for (const std::string url :
       {"https://prod.service-now.com", "https://gov.servicenowservices.com",
        "prod.service-now.com/nav_to.do", "https://a.b.service-now.com"}) {
    CAPTURE(url);
    CHECK(check_with(PartnerKind::servicenow, "url", url).problems.empty());
  }
  const std::vector<std::pair<std::string, std::string>> cases{
      {"dev12345", "\"https://dev12345.service-now.com\""},
      {"https://dev12345/", "\"https://dev12345.service-now.com\""},
      {"https://prod.servicenow.com", "\"https://prod.service-now.com\""},
      {"https://itsm.example.com", "--self-hosted"},
      {"https://evilservice-now.com", "--self-hosted"},
      {"https://prod.service-now.com.example.com", "--self-hosted"},
      {"https://service-now.com", "--self-hosted"},
      {"http://localhost:8080", "--self-hosted"},
      {"http://[::1]:8080", "--self-hosted"},
      {"https://10.0.0.7", "--self-hosted"},
  };
  for (const auto& [url, reason] : cases) {
    CAPTURE(url);
    CHECK_THAT(only_problem(check_with(PartnerKind::servicenow, "url", url), "url"),
               Contains(reason));
    Words words = good(PartnerKind::servicenow);
    words["url"] = url;
    words["self-hosted"] = "true";
    // A bare word may be the answer to another question.
    if (url == "dev12345") {
      CHECK_THAT(only_problem(check(words), "url"), Contains("write https:// before it"));
    } else {
      CHECK(check(words).problems.empty());
    }
  }
}

TEST_CASE("http is for loopback, whatever the partner and the field") {
  for (const PartnerKind partner : k_all) {
    CHECK_THAT(only_problem(check_with(partner, "url", "http://itsm.service-now.com"), "url"),
               Contains("https://itsm.service-now.com"));
  }
  CHECK_THAT(only_problem(check_with(PartnerKind::scsm, "authority", "http://a.b"), "authority"),
             Contains("http is for loopback only"));
  CHECK_THAT(only_problem(check_with(PartnerKind::scsm, "audience", "http://a.b"), "audience"),
             Contains("http is for loopback only"));
  CHECK(
      check_with(PartnerKind::scsm, "authority", "http://127.0.0.1:9/adfs/").connection.authority ==
      "http://127.0.0.1:9/adfs");
}

TEST_CASE("what Entra needs is filled in from what was given") {
  const Connection scsm = check(good(PartnerKind::scsm)).connection;
  CHECK(scsm.authority == "https://login.microsoftonline.com");
  CHECK(scsm.audience == "https://smoc.azurewebsites.net");
  const Connection provance = check(good(PartnerKind::provance)).connection;
  CHECK(provance.authority == "https://login.microsoftonline.com");
  CHECK(provance.tenant == "contoso.example");
  CHECK(check_with(PartnerKind::provance, "username", "itsmc").connection.tenant ==
        "organizations");
  const Connection servicenow = check(good(PartnerKind::servicenow)).connection;
  CHECK(servicenow.authority.empty());
  CHECK(servicenow.tenant.empty());
}

TEST_CASE("a tenant is one tenant, and fit for a URL") {
  for (const std::string tenant : {"common", "Consumers", "a/b", "a?b", "a b"}) {
    CAPTURE(tenant);
    only_problem(check_with(PartnerKind::provance, "tenant", tenant), "tenant");
  }
  CHECK(check_with(PartnerKind::provance, "tenant", "organizations").problems.empty());
  only_problem(check_with(PartnerKind::scsm, "tenant", "organizations"), "tenant");
}

TEST_CASE("of two words for one field the later counts, and an empty one takes it away") {
  auto texts = to_texts(good(PartnerKind::servicenow));
  texts.push_back({"sync-days", "7"});
  texts.push_back({"sync-days", "9"});
  texts.push_back({"workspace", "logs"});
  texts.push_back({"workspace", ""});
  const auto checked = check_connection("prod", texts, SecretsGiven::none, SecretRule::ignore);
  CHECK(checked.problems.empty());
  CHECK(checked.connection.sync_days == 9);
  CHECK(checked.connection.workspace.empty());
}

TEST_CASE("without a partner the other values are checked all the same") {
  const auto checked = check({{"sync-days", "121"}, {"url", "https://itsm.example.com"}});
  CHECK(fields_of(checked.problems) == std::set<std::string>{"partner", "sync-days"});
}

TEST_CASE("a connection's words say it again") {
  Words full = good(PartnerKind::servicenow);
  full.merge(Words{{"self-hosted", "true"},
                   {"grant", "client-credentials"},
                   {"work-items", "change-request"},
                   {"sync-days", "120"},
                   {"create-ci", "true"},
                   {"in-flight", "8"},
                   {"timeout", "90s"},
                   {"ca-file", "/etc/ssl/ca \"our\".pem"},
                   {"proxy", "http://proxy:3128"},
                   {"workspace", "logs"},
                   {"password-command", "pass show 'a b' | head -1"},
                   {"client-secret-command", "pass show \\x"}});
  Words scsm = good(PartnerKind::scsm);
  scsm.merge(Words{{"authority", "https://login.microsoftonline.us"},
                   {"audience", "https://other.example.com/app"}});
  Words provance = good(PartnerKind::provance);
  provance.merge(Words{{"tenant", "other.example"}, {"profile", "provance-example"}});
  for (const Words& words : {full, scsm, provance, good(PartnerKind::servicenow),
                             good(PartnerKind::cherwell), good(PartnerKind::provance)}) {
    const auto checked = check(words);
    REQUIRE(checked.problems.empty());
    Words told;
    for (const FieldText& field : to_fields(checked.connection)) {
      CHECK(told.emplace(field.name, field.value).second);
    }
    CHECK(told == words);
  }
}

TEST_CASE("each row of the field table can be shown and found") {
  std::set<std::string_view> names;
  for (const ConnectionField& field : connection_fields()) {
    CAPTURE(field.name);
    CHECK(names.insert(field.name).second);
    CHECK_FALSE(field.prompt.empty());
    CHECK_FALSE(field.help.empty());
    CHECK(find_connection_field(field.name) == &field);
  }
  CHECK(find_connection_field("none") == nullptr);
}

TEST_CASE("the table's defaults are those of a connection") {
  for (const PartnerKind partner : k_all) {
    const Connection plain = check(good(partner)).connection;
    for (const ConnectionField& field : connection_fields()) {
      if (field.fallback.empty() || field.need(partner) == Need::refused) continue;
      CAPTURE(to_string(partner), field.name);
      const auto checked =
          check_with(partner, std::string(field.name), std::string(field.fallback));
      REQUIRE(checked.problems.empty());
      // A connection that names its requests at once keeps them, whatever config.toml says.
      const std::size_t kept = field.name == "in-flight" ? 1 : 0;
      CHECK(to_fields(checked.connection).size() == to_fields(plain).size() + kept);
    }
  }
}

TEST_CASE("partners have a word and a title") {
  for (const PartnerKind partner : k_all) {
    CHECK(parse_partner(to_string(partner)) == partner);
    CHECK_FALSE(title(partner).empty());
  }
  CHECK_FALSE(parse_partner("ServiceNow"));
  CHECK_FALSE(parse_partner(""));
}
