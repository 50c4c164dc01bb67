#include <catch2/catch.hpp>

#include "config/kept_secrets_contract.hpp"
#include "config/secret_places.hpp"
#include "itsmc/core/error.hpp"
#include "support/fake_clock.hpp"
#include "support/keyring_session.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using config::KeptSecrets;
using config::SecretKind;
using itsmc::test::FakeClock;
using itsmc::test::gives;
using itsmc::test::need_keyring;
using itsmc::test::TempDir;
using itsmc::test::token_of;

TEST_CASE("a keyring keeps secrets as every store does", "[keyring]") {
  need_keyring();
  itsmc::test::check_kept_secrets(SecretStore::keyring);
}

TEST_CASE("what a keyring keeps lies in no file", "[keyring]") {
  need_keyring();
  const TempDir dir;
  FakeClock clock;
  KeptSecrets secrets(dir.path(), clock, SecretStore::keyring);
  secrets.renew("prod", {}, gives(token_of("hunter2")), {});
  secrets.keep_client_secret("prod", Secret("hunter2"));
  CHECK(secrets.where("prod", SecretKind::token) == "keyring");
  CHECK_FALSE(std::filesystem::exists(dir / "secrets"));
  CHECK(std::filesystem::exists(dir / "locks" / "prod.token.lock"));
}

TEST_CASE("a keyring's entry is found from a relative path to the same directory", "[keyring]") {
  need_keyring();
  const TempDir dir;
  FakeClock clock;
  const KeptSecrets whole(dir.path(), clock, SecretStore::keyring);
  const KeptSecrets relative(std::filesystem::relative(dir.path()), clock, SecretStore::keyring);
  whole.keep_client_secret("prod", Secret("s"));
  CHECK(relative.client_secret("prod") == Secret("s"));
}

TEST_CASE("a keyring says whose entries of a directory it holds, each owner once", "[keyring]") {
  need_keyring();
  const TempDir dir, other;
  FakeClock clock;
  const config::SecretKeyring keyring(dir.path());
  CHECK(keyring.owners().empty());
  KeptSecrets secrets(dir.path(), clock, SecretStore::keyring);
  secrets.renew("prod", {}, gives(token_of("hunter2")), {});
  secrets.keep_client_secret("prod", Secret("hunter2"));
  secrets.keep_client_secret("workspace.law", Secret("hunter2"));
  KeptSecrets(other.path(), clock, SecretStore::keyring).keep_client_secret("far", Secret("x"));
  CHECK(keyring.owners() == std::vector<std::string>{"prod", "workspace.law"});
}
