#include "itsmc/client/signals.hpp"

#include <catch2/catch.hpp>

using namespace itsmc;
using namespace itsmc::client;

namespace {

StreamHealth health(std::string connection, WorkItemType type) {
  return {.connection = std::move(connection), .type = type};
}

bool has(const std::string& text, std::string_view line) {
  return text.find(std::string(line) + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("metrics have a sample a stream, of this run only for its own streams") {
  StreamHealth synced = health("prod", WorkItemType::incident);
  synced.last_success = Timestamp(std::chrono::milliseconds(1'767'323'045'500));
  synced.lag_seconds = 12.5;
  synced.rows = 24'645;
  synced.owed = 7;
  StreamReport report;
  report.connection = "prod";
  report.created = 3;
  report.updated = 4;
  report.requests = 9;
  report.retries = 2;
  report.throttled_seconds = 1.5;
  const std::vector<StreamHealth> all{synced, health("test", WorkItemType::change_request)};
  const std::string text = metrics_text(
      std::vector{report}, all, {Timestamp(std::chrono::milliseconds(1'767'323'060'000)), 6});
  CHECK(has(text, "# TYPE itsmc_sync_rows gauge"));
  CHECK(has(text, R"(itsmc_sync_rows{connection="prod",type="incident"} 24645)"));
  CHECK(has(text, R"(itsmc_sync_rows{connection="test",type="change-request"} 0)"));
  CHECK(has(text,
            "itsmc_sync_last_success_timestamp_seconds{connection=\"prod\",type=\"incident\"} "
            "1767323045.5"));
  CHECK(has(text, R"(itsmc_sync_lag_seconds{connection="prod",type="incident"} 12.5)"));
  CHECK(has(text, R"(itsmc_sync_changed{connection="prod",type="incident"} 7)"));
  CHECK(has(text, R"(itsmc_sync_owed{connection="prod",type="incident"} 7)"));
  CHECK(has(text, R"(itsmc_sync_retries{connection="prod",type="incident"} 2)"));
  CHECK(has(text, R"(itsmc_sync_exit_code{connection="prod",type="incident"} 6)"));
  CHECK(text.find(R"(itsmc_sync_exit_code{connection="test")") == std::string::npos);
  CHECK(text.find(R"(itsmc_sync_lag_seconds{connection="test")") == std::string::npos);
}
