#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/scsm.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/fixture.hpp"
#include "support/log_lines.hpp"
#include "support/memory_tokens.hpp"

namespace itsmc::test::scsm {

inline const std::string k_url = "https://smoc123.azurewebsites.net";
inline const std::string k_items = k_url + "/api/itsmc/v1/incidents";

inline std::string rows(int first, int count, const std::string& link = {}) {
  nlohmann::json page{{"value", nlohmann::json::array()}};
  for (int n = first; n < first + count; ++n) {
    page["value"].push_back({{"baseId", fmt::format("{:08}-0000-4000-8000-000000000000", n)},
                             {"id", fmt::format("IR{}", n)},
                             {"class", "System.WorkItem.Incident"},
                             {"lastModified", fmt::format("2026-01-01T00:00:{:02}.000Z", n)}});
  }
  if (!link.empty()) page["@odata.nextLink"] = link;
  return page.dump();
}

/// The recorded answer; its publisher left the token's middle out.
inline std::string recorded_token() {
  std::string answer = fixture("scsm/token.client-credentials-v1.response.json");
  constexpr std::string_view k_left_out = " ... ";
  const std::size_t gap = answer.find(k_left_out);
  REQUIRE(gap != std::string::npos);
  return answer.replace(gap, k_left_out.size(), "MIDDLE");
}

/// One connection to a web app of stubs.
struct ScsmBench {
  ScsmBench() {
    connection.name = "corp";
    connection.partner = PartnerKind::scsm;
    connection.url = connection.audience = k_url;
    connection.client_id = "0a1b2c";
    connection.tenant = "contoso.onmicrosoft.com";
    connection.authority = "https://login.microsoftonline.com";
  }
  std::unique_ptr<partners::Partner> open() {
    partners::Credentials credentials;
    credentials.client_secret = Secret("s3cret+with&odd%=chars");
    partners::PartnerOptions options;
    options.max_page_size = 4;
    options.retry.max_tries = 1;
    return partners::scsm::open(
        connection, credentials,
        {network.transports(), clock, tokens, log.log(), [] { return 0.0; }}, options);
  }
  void signs_in() {
    network.add({.name = "token",
                 .method = "POST",
                 .url_part = "/contoso.onmicrosoft.com/oauth2/token",
                 .answer = json_answer(recorded_token())});
  }
  void keep_token() {
    tokens.keep("corp", {Secret("kept"), Secret(), clock.now() + std::chrono::hours(1), {}});
  }
  void answers(const std::string& url_part, http::Exchange answer, int count = 1) {
    network.add({.name = url_part, .url_part = url_part, .answer = std::move(answer)}, count);
  }
  partners::Page fetch(partners::Partner& partner, const partners::Cursor& cursor) const {
    return partner.fetch(walk, cursor, {});
  }

  Connection connection;
  partners::Walk walk{.type = WorkItemType::incident,
                      .window = {.from = *parse_rfc3339("2026-01-01T00:00:00Z"), .until = {}},
                      .order = partners::Order::by_time};
  FakeClock clock;
  MemoryTokens tokens;
  LogLines log;
  FakeNetwork network;
};

inline http::Exchange problem(int status, const std::string& code,
                              const std::string& message = "words") {
  return json_answer(nlohmann::json{{"error", {{"code", code}, {"message", message}}}}.dump(),
                     status);
}

}  // namespace itsmc::test::scsm
