#include "itsmc/http/entra.hpp"

#include <catch2/catch.hpp>

namespace itsmc::http::entra {
namespace {

App app() {
  return {.client_id = "0a1b2c",
          .tenant = "contoso.onmicrosoft.com",
          .authority = "https://login.microsoftonline.com",
          .resource = "https://smoc123.azurewebsites.net",
          .then = "itsmc connection login corp"};
}

TEST_CASE("A token url has authority, tenant and version") {
  struct Row {
    const char *authority, *tenant;
    Endpoint endpoint;
    const char* url;
  };
  for (const Row& row : {Row{"https://login.microsoftonline.com", "contoso.com", Endpoint::v1,
                             "https://login.microsoftonline.com/contoso.com/oauth2/token"},
                         Row{"https://login.microsoftonline.us/", "contoso.com", Endpoint::v2,
                             "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token"},
                         Row{"http://127.0.0.1:8080", "a/../b c", Endpoint::v1,
                             "http://127.0.0.1:8080/a%2F..%2Fb%20c/oauth2/token"}}) {
    CAPTURE(row.authority);
    CHECK(token_url(row.authority, row.tenant, row.endpoint) == row.url);
  }
}

TEST_CASE("The code is found wherever the words hold it") {
  CHECK(code_in("AADSTS7000215: Invalid client secret provided.") == 7000215);
  CHECK(code_in("invalid_grant: AADSTS50126: Error validating") == 50126);
  CHECK_FALSE(code_in("access_denied"));
  CHECK_FALSE(code_in("AADSTS"));
  CHECK_FALSE(code_in("AADSTS99999999999999999999: too long"));
}

TEST_CASE("A resource that is not an app of one's own has its own next step") {
  App azure = app();
  azure.unknown_resource = "choose another cloud";
  for (const char* words : {"AADSTS500011: not found", "AADSTS50001: not found"}) {
    CHECK(explain(words, azure).value().next == "choose another cloud");
  }
  CHECK(explain("AADSTS90002: no tenant", azure).value().next != "choose another cloud");
}

TEST_CASE("A refusal is explained by its code, else by its word") {
  struct Row {
    const char *words, *cause, *next;
  };
  for (const Row& row : {
           Row{"AADSTS7000215: Invalid client secret provided., invalid_client",
               "instead of its Value", "0a1b2c > Certificates & secrets"},
           Row{"AADSTS7000222: expired, invalid_client", "has expired", "new secret"},
           Row{"AADSTS700016: Application with identifier, unauthorized_client",
               "does not know the client id 0a1b2c", "each cloud has its own"},
           Row{"AADSTS90002: Tenant 'x' not found., invalid_request",
               "no tenant contoso.onmicrosoft.com", "check the tenant"},
           Row{"AADSTS500011: The resource principal, invalid_resource",
               "\"https://smoc123.azurewebsites.net\"", "Application ID URI"},
           Row{"AADSTS700212: No matching federated identity record, invalid_client",
               "has this audience", "Federated credentials"},
           Row{"AADSTS700023: Client assertion audience, invalid_client", "another token endpoint",
               "check the tenant"},
           Row{"AADSTS700021: identifier doesn't match, invalid_client", "another app",
               "check the client id"},
           Row{"AADSTS50126: Error validating credentials, invalid_grant", "password is wrong",
               "lock-out"},
           Row{"AADSTS50076: Due to a configuration change, interaction_required", "second factor",
               "account for integrations"},
           Row{"AADSTS53003: Access has been blocked, invalid_grant", "Conditional Access",
               "Conditional Access"},
           Row{"AADSTS65001: The user or administrator has not consented, invalid_grant", "consent",
               "Grant admin consent"},
           Row{"AADSTS7000218: The request body must contain, invalid_client", "public client",
               "Allow public client flows"},
           Row{"AADSTS123456: Something new, invalid_client", "client id or its secret",
               "https://login.microsoftonline.com/error?code=123456"},
           Row{"AADSTS123456: Something new", "refused the sign-in", "error?code=123456"},
           Row{"invalid_grant", "MFA", "Home Realm Discovery"},
           Row{"consent_required", "consent", "Grant admin consent"},
       }) {
    CAPTURE(row.words);
    const auto explained = explain(row.words, app());
    REQUIRE(explained);
    CHECK_THAT(explained->cause, Catch::Contains(row.cause));
    CHECK_THAT(explained->next, Catch::Contains(row.next));
    CHECK(explained->next.find('{') == std::string::npos);
  }
  CHECK_FALSE(explain("access_denied", app()));
  CHECK_FALSE(explain("my_invalid_grants", app()));
}

TEST_CASE("Codes of a bad moment pass, refusals do not") {
  CHECK(is_passing(90055));
  CHECK(is_passing(50000));
  CHECK_FALSE(is_passing(7000215));
}

TEST_CASE("A hint repeats nothing of the words but the code, and ends with the next command") {
  const auto hint = refused_hint(app());
  const std::string known = hint("AADSTS7000215: secret hunter2 is wrong, invalid_client");
  CHECK(known.find("hunter2") == std::string::npos);
  CHECK_THAT(known, Catch::EndsWith("Then: itsmc connection login corp"));
  CHECK(hint("AADSTS123456: hunter2").find("hunter2") == std::string::npos);
  CHECK(hint("hunter2") ==
        "check tenant contoso.onmicrosoft.com and the client id, then: itsmc connection login "
        "corp");
}

TEST_CASE("Names with braces do no harm") {
  App odd = app();
  odd.client_id = "{tenant}{";
  const auto explained = explain("AADSTS7000215: x", odd);
  REQUIRE(explained);
  CHECK_THAT(explained->next, Catch::Contains("{tenant}{ > Certificates"));
}

}  // namespace
}  // namespace itsmc::http::entra
