// Every fault of the catalogue shows what it says.
#include <functional>
#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

constexpr const char* k_list = "/api/now/table/incident?sysparm_query=ORDERBYsys_id";

struct Seen {
  InstanceOnTest& on;
  Reply reply;  // of a list of ten incidents, limit 5

  [[nodiscard]] json body() const { return body_json(reply); }
  [[nodiscard]] std::size_t rows() const { return body()["result"].size(); }
  [[nodiscard]] json first() const { return body()["result"][0]; }
  [[nodiscard]] std::string text() const { return reply.body ? *reply.body : ""; }
};

using Check = std::function<bool(Seen&)>;

struct FaultCase {
  std::string argument;
  Check check;
};

bool is_html(const Seen& seen, int status, const char* words) {
  return seen.reply.status == status && seen.reply.content_type.starts_with("text/html") &&
         seen.text().find(words) != std::string::npos;
}

bool redirects(const Seen& seen, const char* to) {
  return seen.reply.status == 302 &&
         header_of(seen.reply, "Location").find(to) != std::string::npos;
}

int status_of(const Seen& seen, const std::string& target, Fields headers = {}) {
  return seen.on.get(target, std::move(headers)).status;
}

std::size_t rows_of(const Seen& seen, const std::string& table) {
  return body_json(seen.on.get("/api/now/table/" + table))["result"].size();
}

int create_status(const Seen& seen, const std::string& body = "{}") {
  return seen.on.send("POST", "/api/now/table/incident", body).status;
}

int token_status(const Seen& seen, const std::string& grant, Fields more = {}) {
  const auto& credentials = seen.on.service.site().oauth.credentials();
  more.push_back({"grant_type", grant});
  more.push_back({"client_id", credentials.client_id});
  more.push_back({"client_secret", credentials.client_secret});
  more.push_back({"username", credentials.user});
  more.push_back({"password", credentials.password});
  return seen.on.form(more).status;
}

json token(const Seen& seen) {
  const auto& credentials = seen.on.service.site().oauth.credentials();
  return body_json(seen.on.form({{"grant_type", "password"},
                                 {"client_id", credentials.client_id},
                                 {"client_secret", credentials.client_secret},
                                 {"username", credentials.user},
                                 {"password", credentials.password}}));
}

std::int64_t incidents(const Seen& seen) {
  const std::string truth = streamed(seen.on.control("truth?table=incident"));
  return std::count(truth.begin(), truth.end(), '\n');
}

std::map<std::string, FaultCase> answer_cases() {
  return {
      {"hibernating",
       {"",
        [](Seen& s) {
          return is_html(s, 200, "hibernating") && token_status(s, "password") == 200 &&
                 is_html({s.on, s.on.form({})}, 200, "hibernating");
        }}},
      {"hibernating-302", {"", [](Seen& s) { return redirects(s, "developer.servicenow.com"); }}},
      {"sso-302", {"", [](Seen& s) { return redirects(s, "/login_with_sso.do"); }}},
      {"login-html", {"", [](Seen& s) { return is_html(s, 200, "user_password"); }}},
      {"maintenance-503", {"", [](Seen& s) { return is_html(s, 503, "Maintenance"); }}},
      {"bad-gateway-html", {"", [](Seen& s) { return is_html(s, 502, "502 Bad"); }}},
      {"http-status", {"418", [](Seen& s) { return s.reply.status == 418; }}},
      {"empty-body-200", {"", [](Seen& s) { return s.reply.status == 200 && s.text().empty(); }}},
      {"accepted-202",
       {"",
        [](Seen& s) {
          return s.reply.status == 200 && status_of(s, k_list, {{"Cookie", "JSESSIONID=1"}}) == 202;
        }}},
      {"quota-500", {"", [](Seen& s) { return s.reply.status == 500; }}},
      {"error-key-200",
       {"",
        [](Seen& s) {
          return s.reply.status == 200 && s.body()["status"] == "failure" && s.rows() == 5 &&
                 s.text().find("maximum execution time exceeded") != std::string::npos;
        }}},
      {"truncated-json-200",
       {"50",
        [](Seen& s) {
          return s.reply.status == 200 && json::parse(s.text(), nullptr, false).is_discarded() &&
                 s.text().starts_with("{\"result\":[");
        }}},
      {"rate-limit",
       {"3600",
        [](Seen& s) {
          return s.reply.status == 429 && header_of(s.reply, "Retry-After") == "3600" &&
                 !header_of(s.reply, "X-RateLimit-Limit").empty();
        }}},
      {"rate-limit-bare",
       {"date:2",
        [](Seen& s) {
          return s.reply.status == 429 && header_of(s.reply, "Retry-After").ends_with("GMT") &&
                 header_of(s.reply, "X-RateLimit-Limit").empty();
        }}},
  };
}

std::map<std::string, FaultCase> wire_cases() {
  const auto when = [](auto check) { return Check([check](Seen& s) { return check(s.reply); }); };
  return {
      {"reset-mid-body",
       {"", when([](const Reply& r) { return r.end == BodyEnd::reset && r.cut_after > 0; })}},
      {"close-mid-body", {"", when([](const Reply& r) { return r.end == BodyEnd::closed; })}},
      {"lost-answer",
       {"",
        [](Seen& s) {
          const auto before = incidents(s);
          return create_status(s) == 201 && incidents(s) == before + 1 &&
                 s.reply.end == BodyEnd::reset && s.reply.cut_after == 0;
        }}},
      {"refused-answer",
       {"",
        [](Seen& s) {
          const auto before = incidents(s);
          return create_status(s) == 403 && incidents(s) == before + 1;
        }}},
      {"slow", {"250", when([](const Reply& r) { return r.delay.count() == 250; })}},
      {"slow-body", {"250", when([](const Reply& r) { return r.pause.count() == 250; })}},
      {"chunked", {"", when([](const Reply& r) { return r.chunked; })}},
      {"no-gzip",
       {"",
        [](Seen& s) {
          return header_of(s.on.get(k_list, {{"Accept-Encoding", "gzip"}}), "Content-Encoding")
              .empty();
        }}},
      {"clock-skew",
       {"86400",
        [](Seen& s) {
          return header_of(s.reply, "Date").substr(0, 16) ==
                 http_date(s.on.bench.clock.now() + 86400).substr(0, 16);
        }}},
      // What the handshake does with these three is in test_wire.cpp.
      {"tls-expired", {"", [](Seen& s) { return s.on.bench.faults.peek("tls-expired").first; }}},
      {"tls-wrong-host",
       {"", [](Seen& s) { return s.on.bench.faults.peek("tls-wrong-host").first; }}},
      {"tls-self-signed",
       {"", [](Seen& s) { return s.on.bench.faults.peek("tls-self-signed").first; }}},
  };
}

std::map<std::string, FaultCase> access_cases() {
  return {
      {"acl-rows", {"100", [](Seen& s) { return s.rows() == 0; }}},
      {"acl-rows-block",
       {"5:sys_id",
        [](Seen& s) { return s.rows() == 0 && header_of(s.reply, "X-Total-Count") == "10"; }}},
      {"acl-fields",
       {"description,caller_id",
        [](Seen& s) {
          return !s.first().contains("description") && !s.first().contains("caller_id") &&
                 s.first().contains("number");
        }}},
      {"acl-table",
       {"incident",
        [](Seen& s) {
          return s.reply.status == 403 && status_of(s, "/api/now/table/sys_user") == 200;
        }}},
      {"acl-api", {"", [](Seen& s) { return s.reply.status == 403; }}},
      {"acl-write", {"", [](Seen& s) { return create_status(s) == 403 && s.rows() == 5; }}},
      {"no-role",
       {"itil",
        [](Seen& s) { return create_status(s) == 403 && rows_of(s, "sys_user_has_role") == 9; }}},
      {"roles-unreadable", {"", [](Seen& s) { return rows_of(s, "sys_user_has_role") == 0; }}},
      {"sys-properties-unreadable",
       {"", [](Seen& s) { return rows_of(s, "sys_properties") == 0; }}},
      {"choices-unreadable", {"", [](Seen& s) { return rows_of(s, "sys_choice") == 0; }}},
      {"audit-refused",
       {"", [](Seen& s) { return status_of(s, "/api/now/table/sys_audit_delete") == 403; }}},
      {"locked-user",
       {"", [](Seen& s) { return s.reply.status == 401 && token_status(s, "password") == 401; }}},
      {"expired-token-once",
       {"", [](Seen& s) { return s.reply.status == 401 && status_of(s, k_list) == 200; }}},
      {"api-401-always",
       {"", [](Seen& s) { return s.reply.status == 401 && token_status(s, "password") == 200; }}},
      {"basic-blocked",
       {"",
        [](Seen& s) {
          const std::string bearer = "Bearer " + token(s)["access_token"].get<std::string>();
          return s.reply.status == 401 && status_of(s, k_list, {{"Authorization", bearer}}) == 200;
        }}},
      {"token-401-always", {"", [](Seen& s) { return token_status(s, "password") == 401; }}},
      {"token-missing", {"", [](Seen& s) { return !token(s).contains("access_token"); }}},
      {"no-refresh-token", {"", [](Seen& s) { return !token(s).contains("refresh_token"); }}},
      {"refresh-401",
       {"",
        [](Seen& s) {
          const std::string refresh = token(s)["refresh_token"];
          return token_status(s, "refresh_token", {{"refresh_token", refresh}}) == 401;
        }}},
      {"guest-token", {"", [](Seen& s) { return token_status(s, "client_credentials") == 200; }}},
      {"client-credentials-off",
       {"", [](Seen& s) { return token_status(s, "client_credentials") == 401; }}},
  };
}

std::map<std::string, FaultCase> paging_cases() {
  return {
      {"total-count-off",
       {"+7", [](Seen& s) { return header_of(s.reply, "X-Total-Count") == "17"; }}},
      {"no-link", {"", [](Seen& s) { return header_of(s.reply, "Link").empty(); }}},
      {"empty-page",
       {"",
        [](Seen& s) {
          return s.rows() == 0 &&
                 header_of(s.reply, "Link").find("rel=\"next\"") != std::string::npos;
        }}},
      {"duplicate-rows",
       {"2",
        [](Seen& s) { return s.rows() == 7 && s.body()["result"][5] == s.body()["result"][0]; }}},
      {"page-larger", {"3", [](Seen& s) { return s.rows() == 8; }}},
      {"late-commit", {"3600", [](Seen& s) { return incidents(s) == 11; }}},
      {"update-between-pages",
       {"4",
        [](Seen& s) {
          const std::string recent = utc_text(s.on.bench.clock.now() - 60);
          const auto reply = s.on.control("truth?table=incident&since=" + encoded(recent));
          const std::string truth = streamed(reply);
          return std::count(truth.begin(), truth.end(), '\n') == 4;
        }}},
      {"invalid-query-returns-none",
       {"",
        [](Seen& s) {
          return body_json(s.on.get(list_target("incident", "bogus=1")))["result"].empty();
        }}},
      {"query-ignored",
       {"",
        [](Seen& s) {
          return body_json(s.on.get(list_target("incident", "sys_idISEMPTY")))["result"].size() ==
                 10;
        }}},
      {"v1-empty-404",
       {"", [](Seen& s) { return status_of(s, list_target("incident", "sys_idISEMPTY")) == 404; }}},
  };
}

std::map<std::string, FaultCase> shape_cases() {
  return {
      {"null-choices", {"", [](Seen& s) { return s.first()["hold_reason"].is_null(); }}},
      {"key-order-shuffled",
       {"",
        [](Seen& s) {
          const std::string text = s.text();
          return text.find("{\"sys_id\"", text.find("},{")) == std::string::npos;
        }}},
      {"empty-links",
       {"",
        [](Seen& s) {
          return body_json(s.on.get(std::string(k_list) +
                                    "&sysparm_display_value=all"))["result"][0]["parent"]["link"] ==
                 "";
        }}},
      {"bare-numbers", {"", [](Seen& s) { return s.first()["sys_mod_count"].is_number(); }}},
      {"non-hex-sys-id",
       {"glide.maint",
        [](Seen& s) { return status_of(s, "/api/now/table/incident/glide.maint") == 200; }}},
      {"bad-date",
       {"opened_at",
        [](Seen& s) {
          return s.first()["opened_at"] == "24/09/2024 05:39" &&
                 s.body()["result"][1]["opened_at"] != "24/09/2024 05:39";
        }}},
      {"user-zone",
       {"0",
        [](Seen& s) {
          const auto row = body_json(s.on.get(
              std::string(k_list) + "&sysparm_display_value=all"))["result"][0]["sys_updated_on"];
          return row["value"] == row["display_value"];
        }}},
      {"date-format",
       {"dd/MM/yyyy",
        [](Seen& s) {
          const std::string shown = body_json(s.on.get(
              std::string(k_list) + "&sysparm_display_value=true"))["result"][0]["opened_at"];
          return shown.size() == 19 && shown[2] == '/' && shown[5] == '/';
        }}},
      {"version",
       {"glide-zurich-07-01-2025__patch1",
        [](Seen& s) {
          const auto rows = body_json(s.on.get(
              list_target("sys_properties", "nameINglide.buildtag.last", "&sysparm_fields=value")));
          return rows["result"][0]["value"] == "glide-zurich-07-01-2025__patch1";
        }}},
      {"insert-403", {"", [](Seen& s) { return create_status(s) == 403 && incidents(s) == 11; }}},
      {"data-policy-403",
       {"Caller", [](Seen& s) { return create_status(s) == 403 && incidents(s) == 10; }}},
      {"invalid-choice-stored",
       {"",
        [](Seen& s) {
          return body_json(s.on.send("POST", "/api/now/table/incident",
                                     R"({"contact_type":"pigeon"})"))["result"]["contact_type"] ==
                 "pigeon";
        }}},
  };
}

json posted(Seen& s, const std::string& target, const json& body) {
  return body_json(s.on.send("POST", target, body.dump()))["result"];
}

json made_change(Seen& s) {
  return posted(s, "/api/sn_chg_rest/change", {{"short_description", "x"}});
}

std::string sent_event(Seen& s) {
  const json event = {{"message_key", "k"}, {"severity", "2"}};
  return posted(s, "/api/global/em/jsonv2", {{"records", {event}}})["Default Bulk Endpoint"];
}

bool event_ends_as(Seen& s, const char* state) {
  sent_event(s);
  const auto rows = body_json(s.on.get(list_target("em_event", "message_key=k")))["result"];
  const auto alerts = body_json(s.on.get(list_target("em_alert", "message_key=k")))["result"];
  return rows[0]["state"] == state && alerts.empty();
}

json engine_item(Seen& s) {
  const json item = {{"className", "cmdb_ci_server"}, {"values", {{"name", "new01"}}}};
  return posted(s, "/api/now/identifyreconcile?sysparm_data_source=ServiceNow",
                {{"items", {item}}})["items"][0];
}

std::map<std::string, FaultCase> intake_cases() {
  return {
      {"nothing-made", {"", [](Seen& s) { return create_status(s) == 201 && incidents(s) == 10; }}},
      {"drop-field",
       {"contact_type",
        [](Seen& s) {
          return posted(s, "/api/now/table/incident",
                        {{"contact_type", "phone"}})["contact_type"] == "";
        }}},
      {"change-field",
       {"contact_type:email",
        [](Seen& s) {
          return posted(s, "/api/now/table/incident",
                        {{"contact_type", "phone"}})["contact_type"] == "email";
        }}},
      {"resolve-refused",
       {"rule",
        [](Seen& s) {
          const std::string item =
              "/api/now/table/incident/" + s.first()["sys_id"].get<std::string>();
          return s.on.send("PATCH", item, R"({"state":"2"})").status == 403;
        }}},
      {"dictionary-unreadable",
       {"",
        [](Seen& s) {
          return body_json(s.on.get(list_target("sys_dictionary", "element=state")))["result"]
              .empty();
        }}},
      {"no-change-api", {"", [](Seen& s) { return made_change(s).is_null(); }}},
      {"change-worker", {"", [](Seen& s) { return made_change(s).contains("worker"); }}},
      {"no-event-management",
       {"", [](Seen& s) { return status_of(s, "/api/now/table/em_alert") == 400; }}},
      {"events-count", {"0", [](Seen& s) { return sent_event(s) == "0 events were inserted"; }}},
      {"events-wait", {"", [](Seen& s) { return event_ends_as(s, "Ready"); }}},
      {"events-fail", {"", [](Seen& s) { return event_ends_as(s, "Error"); }}},
      {"ire-incomplete",
       {"", [](Seen& s) { return engine_item(s)["operation"] == "INSERT_AS_INCOMPLETE"; }}},
      {"ire-unknown", {"", [](Seen& s) { return engine_item(s)["sysId"] == "Unknown"; }}},
      {"ire-errors",
       {"MISSING_DEPENDENCY",
        [](Seen& s) { return engine_item(s)["errors"][0]["error"] == "MISSING_DEPENDENCY"; }}},
  };
}

}  // namespace

TEST_CASE("every fault of the catalogue does what it says") {
  std::map<std::string, FaultCase> cases = answer_cases();
  cases.merge(wire_cases());
  cases.merge(access_cases());
  cases.merge(paging_cases());
  cases.merge(shape_cases());
  cases.merge(intake_cases());
  for (const auto& fault : servicenow::fault_names()) {
    INFO(fault.name);
    const auto found = cases.find(std::string(fault.name));
    REQUIRE(found != cases.end());
    InstanceOnTest on;
    on.service.fill_generated(10, 2);
    const std::string target = std::string(k_list) + "&sysparm_limit=5";
    const Seen without{on, on.get(target)};
    REQUIRE(without.reply.status == 200);
    REQUIRE(without.rows() == 5);
    REQUIRE(on.control("fault?name=" + std::string(fault.name) +
                       "&arg=" + encoded(found->second.argument))
                .status == 200);
    Seen seen{on, on.get(target)};
    CHECK(found->second.check(seen));
    on.control("faults/clear");
    CHECK(on.get(target).status == 200);
  }
  CHECK(cases.size() == servicenow::fault_names().size());
}

}  // namespace itsmc::sim::test
