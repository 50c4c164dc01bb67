#include <functional>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "http/oauth_bench.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::http {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::json_answer;
using test::plain_answer;

/// A run of its own: nothing is known but what the store keeps.
Error next_run(OauthBench& bench) {
  const auto oauth = bench.oauth();
  return failure_of(*oauth);
}

TEST_CASE("A later run offers neither the password nor the refresh token that were refused") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(seconds(-1)));
  bench.endpoint("refresh", refused());
  bench.endpoint("sign-in", refused());
  CHECK(next_run(bench).kind() == ErrorKind::auth);
  bench.options.needs_client_secret = true;
  bench.clock.set(k_begin + hours(1));
  const Error withheld = next_run(bench);
  CHECK(bench.network.requests().size() == 2);
  CHECK(withheld.kind() == ErrorKind::auth);
  CHECK(withheld.text() ==
        "ServiceNow needs a sign-in: the same password was refused at 2026-01-02T03:04:05Z "
        "(ServiceNow refused the sign-in: access_denied, server_error (401)), and is not tried "
        "again by itself, lest the user be locked out");
  CHECK(withheld.hint() ==
        "another one from the same place is tried; to try this one: itsmc connection login prod; "
        "with another client secret: itsmc connection login prod --client-secret-file FILE");
}

TEST_CASE("What differs from what was refused is offered") {
  struct Row {
    const char* name;
    std::function<void(OauthBench&)> change;
    std::size_t requests;  // a refresh is tried anew only with another client
  };
  for (const Row& row :
       {Row{"another password",
            [](OauthBench& bench) { bench.options.password = [] { return Secret("other"); }; }, 1},
        Row{"another user", [](OauthBench& bench) { bench.options.username = "other"; }, 1},
        Row{"another client secret",
            [](OauthBench& bench) { bench.options.client_secret = Secret("other"); }, 2},
        Row{"another client",
            [](OauthBench& bench) {
              bench.options.fixed_fields = {{"client_id", "other"}};
            },
            2}}) {
    CAPTURE(row.name);
    OauthBench bench;
    bench.tokens.keep("prod", kept_token(seconds(-1)));
    bench.endpoint("refused", refused(), 2);
    (void)next_run(bench);
    row.change(bench);
    if (row.requests == 2) bench.endpoint("refresh refused", refused());
    bench.endpoint("granted", json_answer(tokens_json("access-1")));
    CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
    CHECK(bench.network.requests().size() == 2 + row.requests);
    CHECK_FALSE(bench.tokens.refusal("prod"));
  }
}

TEST_CASE("What is kept of a refusal betrays nothing of what was offered") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(seconds(-1)));
  bench.endpoint("refused", refused(), 2);
  (void)next_run(bench);
  const auto kept = bench.tokens.refusal("prod");
  REQUIRE(kept);
  CHECK(kept->offered.size() == 4);  // 16 bits
  CHECK(kept->refresh.size() == 4);
  CHECK(kept->at == k_begin);
  OauthBench other;  // the same, at another moment
  other.clock.set(k_begin + seconds(1));
  other.endpoint("refused", refused());
  (void)next_run(other);
  CHECK(other.tokens.refusal("prod")->salt != kept->salt);
}

TEST_CASE("A person who types a command has a refused password tried again") {
  OauthBench bench;
  bench.endpoint("refused", refused(), 3);
  (void)next_run(bench);
  Wire typed = bench.wire();
  typed.refused = RefusedSecret::tried;
  (void)failure_of(*make_oauth(bench.options, typed));
  CHECK_THROWS_AS(sign_in(bench.options, bench.wire(), {}), Error);
  CHECK(bench.network.requests().size() == 3);
  (void)next_run(bench);
  CHECK(bench.network.requests().size() == 3);
  bench.endpoint("granted", json_answer(tokens_json("access-1")));
  CHECK(sign_in(bench.options, bench.wire(), {}).access.reveal() == "access-1");
  CHECK_FALSE(bench.tokens.refusal("prod"));
}

TEST_CASE("A refresh that is refused beside a withheld password is asked for once") {
  OauthBench bench;
  bench.endpoint("sign-in", refused());
  (void)next_run(bench);
  bench.tokens.keep("prod", kept_token(seconds(-1)));
  bench.endpoint("refresh", refused());
  (void)next_run(bench);
  (void)next_run(bench);
  CHECK(bench.network.requests().size() == 2);
}

TEST_CASE("A failure that passes is no refusal") {
  OauthBench bench;
  bench.endpoint("down", plain_answer(502, "bad gateway", {}));
  CHECK(next_run(bench).kind() == ErrorKind::unavailable);
  CHECK_FALSE(bench.tokens.refusal("prod"));
}

TEST_CASE("A refused client secret is not offered again either, and a missing one never") {
  OauthBench bench;
  bench.options.grant = "client_credentials";
  bench.options.needs_client_secret = true;
  bench.endpoint("refused", refused());
  (void)next_run(bench);
  const Error withheld = next_run(bench);
  CHECK(bench.network.requests().size() == 1);
  CHECK(withheld.text().find("the same client secret was refused at") != std::string::npos);
  bench.options.client_secret = Secret();
  for (const Error& missing : {next_run(bench), [&] {
                                 try {
                                   (void)sign_in(bench.options, bench.wire(), {});
                                 } catch (const Error& error) {
                                   return error;
                                 }
                                 return Error(ErrorKind::unforeseen, "signed in");
                               }()}) {
    CHECK(missing.text() == "ServiceNow needs a sign-in: no client secret is kept");
    CHECK(missing.hint() == "itsmc connection login prod --client-secret-file FILE");
  }
  CHECK(bench.network.requests().size() == 1);
}

TEST_CASE("What an administrator grants at Microsoft is asked for again with the same secret") {
  struct Row {
    const char* code;
    std::size_t requests;  // of two runs
  };
  for (const Row& row : {Row{"AADSTS65001", 2}, Row{"AADSTS53003", 2}, Row{"AADSTS7000215", 1},
                         Row{"AADSTS50126", 1}}) {
    CAPTURE(row.code);
    OauthBench bench;
    const std::string body =
        fmt::format(R"({{"error":"invalid_grant","error_description":"{}: words"}})", row.code);
    bench.endpoint("refused", json_answer(body, 400), static_cast<int>(row.requests));
    CHECK(next_run(bench).kind() == ErrorKind::auth);
    REQUIRE(bench.tokens.refusal("prod"));
    (void)next_run(bench);
    CHECK(bench.network.requests().size() == row.requests);
  }
}

TEST_CASE("A refresh that was refused with no password at hand is tried again, and noted") {
  OauthBench bench;
  bench.options.password = nullptr;
  bench.tokens.keep("prod", kept_token(seconds(-1)));
  bench.endpoint("refused", refused(), 2);
  (void)next_run(bench);
  REQUIRE(bench.tokens.refusal("prod"));
  CHECK(bench.tokens.refusal("prod")->offered.empty());
  (void)next_run(bench);
  CHECK(bench.network.requests().size() == 2);
}

}  // namespace
}  // namespace itsmc::http
