#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/log_lines.hpp"
#include "support/memory_tokens.hpp"

namespace itsmc::http {

inline const Timestamp k_begin(std::chrono::seconds(1'767'323'045));  // where FakeClock begins

inline std::string tokens_json(const std::string& access,
                               const std::string& refresh = "refresh-1") {
  return R"({"access_token":")" + access + R"(","refresh_token":")" + refresh +
         R"(","expires_in":1800})";
}

inline Exchange refused() {
  return test::json_answer(R"({"error_description":"access_denied","error":"server_error"})", 401);
}

inline Token kept_token(std::chrono::milliseconds left, const std::string& refresh = "refresh-0") {
  return {Secret("access-0"), Secret(refresh), k_begin + left,
          k_begin - std::chrono::hours(24 * 30)};
}

/// One connection's sign-in against a fake token endpoint.
struct OauthBench {
  OauthBench() {
    options.connection = "prod";
    options.partner = "ServiceNow";
    options.token_url = "https://x.example/oauth_token.do";
    options.fixed_fields = {{"client_id", "client+id"}};
    options.username = "api user";
    options.client_secret = Secret("client&secret=");
    options.password = [this]() -> std::optional<Secret> {
      ++password_asked;
      return Secret("p%ss w\xC3\xB6rd+");
    };
    options.refused_hint = [](std::string_view) { return "check the password"; };
  }
  Wire wire() {
    return {network.transports(), clock, tokens, log.log(), [] { return 0.0; }};
  }
  std::unique_ptr<Authorizer> oauth() { return make_oauth(options, wire()); }
  void endpoint(const std::string& name, Exchange answer, int count = 1) {
    network.add({.name = name,
                 .method = "POST",
                 .url_part = "/oauth_token.do",
                 .answer = std::move(answer)},
                count);
  }
  std::string form(std::size_t request) const { return network.requests().at(request).body; }

  std::atomic<int> password_asked{0};
  OAuthOptions options;
  test::FakeClock clock;
  test::MemoryTokens tokens;
  test::LogLines log;
  test::FakeNetwork network;
};

inline Error failure_of(Authorizer& authorizer) {
  try {
    (void)authorizer.authorization({});
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::unforeseen, "there was no failure"};
}

}  // namespace itsmc::http
