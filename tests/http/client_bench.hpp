#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "itsmc/http/client.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/log_lines.hpp"
#include "support/memory_tokens.hpp"

namespace itsmc::http {

/// Gives "Bearer token-1", and "token-2" after a renewal, as long as there are any.
class CountingAuthorizer : public Authorizer {
 public:
  CountingAuthorizer(std::atomic<int>& renewals, int available)
      : renewals_(renewals), available_(available) {}
  std::string authorization(std::stop_token) override {
    return "Bearer token-" + std::to_string(1 + renewals_);
  }
  bool renew(const std::string& used, std::stop_token) override {
    if (used != "Bearer token-" + std::to_string(1 + renewals_)) return true;
    if (renewals_ >= available_) return false;
    ++renewals_;
    return true;
  }

 private:
  std::atomic<int>& renewals_;
  int available_;
};

/// A client of a fake network, with a fake clock.
struct ClientBench {
  explicit ClientBench(int renewals_available = 1, RetryPolicy retry = {})
      : client(options(retry), std::make_unique<CountingAuthorizer>(renewals, renewals_available),
               Wire{network.transports(), clock, tokens, log.log(), [] { return 0.0; }}) {}

  static ClientOptions options(RetryPolicy retry) {
    ClientOptions made;
    made.connection = "prod";
    made.base_url = "https://x.example";
    made.retry = retry;
    made.judge.partner = "ServiceNow";
    made.judge.words = [](std::string_view body) {
      const auto parsed = nlohmann::json::parse(body, nullptr, false);
      return parsed.is_object() && parsed.contains("error")
                 ? parsed["error"].value("message", std::string())
                 : std::string();
    };
    made.judge.foreign = [](const Response&, std::string_view body) -> std::optional<Error> {
      if (body.find("hibernating") == std::string_view::npos) return std::nullopt;
      return Error(ErrorKind::unavailable, "the instance is hibernating");
    };
    return made;
  }
  void answer(const std::string& name, Exchange exchange) {
    network.add({.name = name, .url_part = "/x", .answer = std::move(exchange)});
  }
  Response exchange(Replay replay = Replay::safe) {
    Request request;
    request.url = client.url("/x", {});
    return client.exchange(request, replay, stop.get_token());
  }
  Error failure(Replay replay = Replay::safe) {
    try {
      (void)exchange(replay);
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::unforeseen, "there was no failure"};
  }

  test::FakeClock clock;
  test::MemoryTokens tokens;
  test::LogLines log;
  std::atomic<int> renewals{0};
  std::stop_source stop;
  test::FakeNetwork network;
  Client client;
};

inline std::string error_body(const std::string& message) {
  return R"({"error":{"message":")" + message + R"(","detail":null},"status":"failure"})";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace itsmc::http
