#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/http/azure_credential.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/log_lines.hpp"
#include "support/memory_tokens.hpp"

namespace itsmc::http {

inline const std::string k_audience = "https://monitor.azure.com";
inline const std::string k_token_path = "/oauth2/v2.0/token";
inline const std::string k_imds = "http://169.254.169.254/metadata/identity/oauth2/token";

inline std::string token_body(const std::string& access, const std::string& life = "3600") {
  return R"({"token_type":"Bearer","access_token":")" + access + R"(","expires_in":)" + life + "}";
}

/// A machine of the test's own: what it has to sign in with is what the test puts there.
struct Machine {
  std::unique_ptr<AzureIdentity> identity(AzureSignIn sign_in = {}) {
    sign_in.workspace = "law";
    sign_in.authority = "https://login.example";
    AzureWorld world;
    world.getenv = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    world.read_file = [this](const std::string& file,
                             std::size_t max_bytes) -> std::optional<std::string> {
      files_read.push_back(file);
      const auto found = files.find(file);
      if (found == files.end()) return std::nullopt;
      if (found->second.size() > max_bytes) throw Error(ErrorKind::storage, file + ": too large");
      return found->second;
    };
    world.run_command = [this](const std::vector<std::string>& words) {
      commands.push_back(join(words, " "));
      return az;
    };
    world.new_local_transport = [this](std::chrono::milliseconds longest) {
      local_limits.push_back(longest);
      return network.transports()();
    };
    return std::make_unique<AzureIdentity>(std::move(sign_in), std::move(world));
  }
  Wire wire() {
    return {network.transports(), clock, tokens, log.log(), [] { return 0.0; }};
  }
  Token token(AzureIdentity& who) { return who.token(k_audience, wire(), {}); }
  Error failure(AzureIdentity& who) {
    try {
      (void)token(who);
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::unforeseen, "there was no failure"};
  }
  void app_variables() {
    variables["AZURE_TENANT_ID"] = "contoso.example";
    variables["AZURE_CLIENT_ID"] = "app-1";
  }
  void entra(Exchange answer) {
    network.add(
        {.name = "entra", .method = "POST", .url_part = k_token_path, .answer = std::move(answer)});
  }
  void local(const std::string& url, Exchange answer) {
    network.add({.name = url, .url_part = url, .answer = std::move(answer)});
  }
  void nobody_at_imds() {
    local(k_imds, test::failed_answer(FailureCause::timeout, false, "nobody within 1s"));
  }
  Request last() const { return network.requests().back(); }

  std::map<std::string, std::string> variables, files;
  std::vector<std::string> files_read, commands;
  std::vector<std::chrono::milliseconds> local_limits;
  CommandEnd az{.how = CommandEnd::How::not_found};
  test::FakeClock clock;
  test::MemoryTokens tokens;
  test::LogLines log;
  test::FakeNetwork network;
};

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace itsmc::http
