#include "config/kept_secrets_contract.hpp"

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

namespace itsmc::test {
namespace {

using Catch::Contains;
using config::KeptSecrets;
using config::SecretKind;
using http::Token;

struct Kept {
  explicit Kept(SecretStore where) : store(where), secrets(dir.path(), clock, store) {}
  TempDir dir;
  FakeClock clock;
  SecretStore store;
  KeptSecrets secrets;
};

void keeps_a_token(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  CHECK_FALSE(secrets.load("prod"));
  CHECK(secrets.renew("prod", {}, gives(token_of("a")), {}) == token_of("a"));
  CHECK(secrets.load("prod") == token_of("a"));
  CHECK_FALSE(secrets.load("dev"));
  Token bare;
  bare.access = Secret("only \"access\" \\ \xC3\xBC");
  CHECK(secrets.renew("dev", {}, gives(bare), {}) == bare);
  CHECK(secrets.load("dev") == bare);
}

void asks_only_for_the_stale(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  secrets.renew("prod", {}, gives(token_of("a")), {});
  CHECK(secrets.renew("prod", {}, never, {}) == token_of("a"));
  CHECK(secrets.renew("prod", token_of("older"), never, {}) == token_of("a"));
  std::optional<Token> seen;
  secrets.renew("prod", token_of("a"),
                [&seen](const std::optional<Token>& kept) {
                  seen = kept;
                  return token_of("b");
                },
                {});
  CHECK(seen == token_of("a"));
  CHECK(secrets.load("prod") == token_of("b"));
}

void passes_failures(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  secrets.renew("prod", {}, gives(token_of("a")), {});
  const Error error = error_of([&] {
    secrets.renew(
        "prod", token_of("a"),
        [](const std::optional<Token>&) -> Token { throw Error(ErrorKind::auth, "refused"); }, {});
  });
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(secrets.load("prod") == token_of("a"));
  secrets.renew("prod", token_of("a"), gives(token_of("b")), {});
  CHECK(secrets.load("prod") == token_of("b"));
}

void keeps_no_empty_token(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  CHECK(error_of([&] { secrets.renew("prod", {}, gives(Token{}), {}); }).kind() ==
        ErrorKind::protocol);
  CHECK_FALSE(secrets.load("prod"));
  CHECK_FALSE(secrets.forget("prod"));
  Token bytes = token_of("a");
  bytes.access = Secret("\xFF hunter2");
  const Error error = error_of([&] { secrets.renew("prod", {}, gives(bytes), {}); });
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK_THAT(error.text(), !Contains("hunter2"));
}

void mends_a_damaged_token(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  const auto place = config::make_secret_place(with.store, with.dir.path());
  for (const std::string text :
       {"", "{", "[]", "null", "\xFF\xFE", "{}", R"({"access_token":1})", R"({"access_token":"a"})",
        R"({"access_token":"a","expires_at":"soon"})",
        R"({"access_token":"","refresh_token":"","expires_at":"2026-01-02T03:34:05Z"})"}) {
    CAPTURE(text);
    place->write("prod", SecretKind::token, Secret(text));
    CHECK_FALSE(secrets.load("prod"));
    CHECK(secrets.renew("prod", token_of("lost"), gives(token_of("a")), {}) == token_of("a"));
    CHECK(secrets.load("prod") == token_of("a"));
  }
}

void keeps_client_secrets(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  CHECK_FALSE(secrets.client_secret("prod"));
  secrets.keep_client_secret("prod", Secret(" s+e/c=ret "));
  CHECK(secrets.client_secret("prod") == Secret(" s+e/c=ret "));
  secrets.keep_client_secret("prod", Secret("new"));
  CHECK(secrets.client_secret("prod") == Secret("new"));
  secrets.renew("prod", {}, gives(token_of("a")), {});
  secrets.keep_client_secret("other", Secret("stays"));
  config::make_secret_place(with.store, with.dir.path())->remove_all("prod");
  CHECK_FALSE(secrets.client_secret("prod"));
  CHECK_FALSE(secrets.load("prod"));
  CHECK(secrets.client_secret("other") == Secret("stays"));
}

void says_what_it_forgot(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  CHECK_FALSE(secrets.forget("prod"));
  secrets.renew("prod", {}, gives(token_of("a")), {});
  CHECK(secrets.forget("prod"));
  CHECK_FALSE(secrets.forget("prod"));
  CHECK_FALSE(secrets.load("prod"));
}

void keeps_what_was_refused(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  CHECK_FALSE(secrets.refusal("prod"));
  const http::SignInRefusal first{.at = Timestamp(std::chrono::seconds(1'767'323'045)),
                                  .words = "refused: \"no\" \xC3\xB6",
                                  .salt = "00ff",
                                  .offered = "3fa2",
                                  .refresh = ""};
  secrets.keep_refusal("prod", first);
  CHECK(secrets.refusal("prod") == first);
  CHECK_FALSE(secrets.refusal("other"));
  secrets.renew("prod", {}, gives(token_of("a")), {});
  CHECK_FALSE(secrets.refusal("prod"));
  http::SignInRefusal second = first;
  second.words = "\xFF";
  secrets.keep_refusal("prod", second);
  CHECK(secrets.refusal("prod")->words == "\xEF\xBF\xBD");
  CHECK(secrets.forget("prod"));
  CHECK_FALSE(secrets.refusal("prod"));
  const auto place = config::make_secret_place(with.store, with.dir.path());
  place->write("prod", SecretKind::refusal, Secret("{\"at\":\"soon\"}"));
  CHECK_FALSE(secrets.refusal("prod"));
  place->remove_all("prod");
}

void refuses_names(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  for (const std::string name : {"../prod", "a/b", "", "."}) {
    CHECK(error_of([&] { (void)secrets.load(name); }).kind() == ErrorKind::invalid);
    CHECK(error_of([&] { secrets.renew(name, {}, never, {}); }).kind() == ErrorKind::invalid);
  }
}

void asks_once_for_eight_threads(Kept& with) {
  // Two objects, as two parts of a program may have: the lock between processes serves them too.
  KeptSecrets first(with.dir.path(), system_clock(), with.store);
  KeptSecrets second(with.dir.path(), system_clock(), with.store);
  first.renew("prod", {}, gives(token_of("stale")), {});
  std::atomic<int> fetched = 0;
  std::atomic<int> got_fresh = 0;
  std::latch all_here(8);
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        KeptSecrets& secrets = i == 0 ? first : second;
        all_here.arrive_and_wait();
        const Token kept = secrets.renew("prod", token_of("stale"),
                                         [&fetched](const std::optional<Token>&) {
                                           ++fetched;
                                           return token_of("fresh");
                                         },
                                         {});
        if (kept == token_of("fresh")) ++got_fresh;
      });
    }
  }
  CHECK(fetched == 1);
  CHECK(got_fresh == 8);
}

void renews_side_by_side(Kept& with) {
  KeptSecrets& secrets = with.secrets;
  secrets.renew("prod", {},
                [&](const std::optional<Token>&) {
                  std::jthread other([&] { secrets.renew("dev", {}, gives(token_of("dev")), {}); });
                  other.join();
                  return token_of("prod");
                },
                {});
  CHECK(secrets.load("prod") == token_of("prod"));
  CHECK(secrets.load("dev") == token_of("dev"));
}

/// The text as it was given, with whatever stands in it.
void keeps_any_text(Kept& with) {
  for (const std::string text : {"a\nb\n", "\"\\ \xC3\xBC%s", " "}) {
    with.secrets.keep_client_secret("prod", Secret(text));
    CHECK(with.secrets.client_secret("prod") == Secret(text));
  }
  with.secrets.keep_client_secret("prod", Secret(""));
  CHECK_FALSE(with.secrets.client_secret("prod"));
}

void keeps_owners_and_directories_apart(Kept& with) {
  const TempDir other_dir;
  KeptSecrets other(other_dir.path(), with.clock, with.store);
  with.secrets.keep_client_secret("law", Secret("of the connection"));
  with.secrets.keep_client_secret("workspace.law", Secret("of the workspace"));
  other.keep_client_secret("law", Secret("of another directory"));
  CHECK(with.secrets.client_secret("law") == Secret("of the connection"));
  CHECK(with.secrets.client_secret("workspace.law") == Secret("of the workspace"));
  config::make_secret_place(with.store, other_dir.path())->remove_all("law");
  config::make_secret_place(with.store, with.dir.path())->remove_all("workspace.law");
  CHECK_FALSE(with.secrets.client_secret("workspace.law"));
  CHECK(with.secrets.client_secret("law") == Secret("of the connection"));
}

}  // namespace

Token token_of(const std::string& access) {
  return {Secret(access), Secret("refresh-" + access), *parse_rfc3339("2026-01-02T03:34:05.678Z"),
          parse_rfc3339("2026-01-02T03:04:05Z")};
}

std::function<Token(const std::optional<Token>&)> gives(const Token& fresh) {
  return [fresh](const std::optional<Token>&) { return fresh; };
}

Token never(const std::optional<Token>& /*kept*/) {
  FAIL("fetch was called");
  return {};
}

void check_kept_secrets(SecretStore store) {
  Kept with(store);
  SECTION("a token is kept as it was given") {
    keeps_a_token(with);
  }
  SECTION("fetch is asked only when the kept token is still the stale one") {
    asks_only_for_the_stale(with);
  }
  SECTION("what fetch throws passes through, and the kept token stays") {
    passes_failures(with);
  }
  SECTION("an empty token is not kept") {
    keeps_no_empty_token(with);
  }
  SECTION("a damaged token is as none, and the next sign-in mends it") {
    mends_a_damaged_token(with);
  }
  SECTION("client secrets are kept, replaced and removed") {
    keeps_client_secrets(with);
  }
  SECTION("forget says whether there was a token") {
    says_what_it_forgot(with);
  }
  SECTION("what was refused is kept until a token is granted or the sign-in forgotten") {
    keeps_what_was_refused(with);
  }
  SECTION("a name that is no owner is refused") {
    refuses_names(with);
  }
  SECTION("eight threads that want a new token ask for one") {
    asks_once_for_eight_threads(with);
  }
  SECTION("the renewal of one connection does not wait for another's") {
    renews_side_by_side(with);
  }
  SECTION("any text is kept as it is") {
    keeps_any_text(with);
  }
  SECTION("owners and state directories do not mix") {
    keeps_owners_and_directories_apart(with);
  }
}

}  // namespace itsmc::test
