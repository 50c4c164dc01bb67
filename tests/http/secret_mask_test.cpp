#include "http/secret_mask.hpp"

#include <catch2/catch.hpp>

using itsmc::http::SecretMask;

TEST_CASE("secrets are masked as they are and as a form writes them") {
  const SecretMask mask({{"password", "pa ss"}, {"client_secret", "k&y="}, {"username", "itsmc"}});
  CHECK(mask.masked("no pa ss and no k%26y%3D for itsmc") == "no *** and no *** for itsmc");
}

TEST_CASE("a short secret is masked where it stands alone, and tells nothing within other words") {
  const SecretMask mask({{"password", "b"}, {"client_secret", "xyz"}});
  CHECK(mask.masked("the subscription of b") == "the subscription of ***");
  CHECK(mask.masked("b=1, \"b\", b") == "***=1, \"***\", ***");
  CHECK(mask.masked("axyz xyz xyzxyz") == "axyz *** xyzxyz");
}

TEST_CASE("a secret of four bytes is masked within words too") {
  const SecretMask mask({{"refresh_token", "abcd"}, {"grant_type", "refresh_token"}});
  CHECK(mask.masked("zabcdzabcd") == "z***z***");
}
