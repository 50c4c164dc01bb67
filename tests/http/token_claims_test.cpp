#include "http/token_claims.hpp"

#include <catch2/catch.hpp>

#include "http/base64url.hpp"

using itsmc::http::claims_of;

TEST_CASE("a token's claims are read, whatever it is called in") {
  // {"aud":"https://monitor.azure.com","oid":"11c2","appid":"0a1b"}
  const auto claims = claims_of(
      "Bearer e30."
      "eyJhdWQiOiJodHRwczovL21vbml0b3IuYXp1cmUuY29tIiwib2lkIjoiMTFjMiIsImFwcGlkIjoiMGExYiJ9.sig");
  REQUIRE(claims);
  CHECK(claims->audience == "https://monitor.azure.com");
  CHECK(claims->object_id == "11c2");
  CHECK(claims->client_id == "0a1b");
}

TEST_CASE("a user's token is told from an app's") {
  using Whose = itsmc::http::TokenClaims::Whose;
  struct Row {
    const char* claims;
    Whose whose;
  };
  for (const Row& row : {Row{R"({"oid":"1"})", Whose::app}, Row{R"({"idtyp":"app"})", Whose::app},
                         Row{R"({"idtyp":"user"})", Whose::user},
                         Row{R"({"upn":"a@contoso.example"})", Whose::user}}) {
    INFO(row.claims);
    const auto claims = claims_of("Bearer e30." + itsmc::http::to_base64url(row.claims) + ".sig");
    REQUIRE(claims);
    CHECK(claims->whose == row.whose);
  }
}

TEST_CASE("what is no JSON Web Token has no claims") {
  for (const char* text :
       {"", "Bearer opaque", "Bearer a.b", "Bearer a.!!.c", "Bearer e30.WzFd.x"}) {
    INFO(text);
    CHECK_FALSE(claims_of(text));
  }
}
