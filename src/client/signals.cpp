#include "itsmc/client/signals.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "itsmc/client/connections.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::client {
namespace {

/// What is known of one stream: by this run, if it was in it, and by the store.
struct Stream {
  const StreamHealth& health;
  const StreamReport* report = nullptr;
};

struct Metric {
  std::string_view name, help;
  std::optional<double> (*value)(const Stream& stream, const RunEnd& end);
};

double seconds_of(Timestamp time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

constexpr std::array k_metrics{
    Metric{"itsmc_sync_last_success_timestamp_seconds", "When the stream was last synced.",
           [](const Stream& stream, const RunEnd&) -> std::optional<double> {
             if (!stream.health.last_success) return std::nullopt;
             return seconds_of(*stream.health.last_success);
           }},
    Metric{"itsmc_sync_last_run_timestamp_seconds", "When a run last ended that had the stream.",
           [](const Stream& stream, const RunEnd& end) -> std::optional<double> {
             if (stream.report == nullptr) return std::nullopt;
             return seconds_of(end.at);
           }},
    Metric{"itsmc_sync_lag_seconds", "Time since the stream was last synced.",
           [](const Stream& stream, const RunEnd&) { return stream.health.lag_seconds; }},
    Metric{"itsmc_sync_rows", "Rows of the stream in the store.",
           [](const Stream& stream, const RunEnd&) -> std::optional<double> {
             return static_cast<double>(stream.health.rows);
           }},
    Metric{"itsmc_sync_changed", "Rows that the run created, updated or marked deleted.",
           [](const Stream& stream, const RunEnd&) -> std::optional<double> {
             if (stream.report == nullptr) return std::nullopt;
             const StreamReport& report = *stream.report;
             return static_cast<double>(report.created + report.updated + report.deleted);
           }},
    Metric{"itsmc_sync_owed", "Rows that the workspace has yet to get.",
           [](const Stream& stream, const RunEnd&) -> std::optional<double> {
             return static_cast<double>(stream.health.owed);
           }},
    Metric{"itsmc_sync_requests", "Requests of the run, repeats included.",
           [](const Stream& stream, const RunEnd&) -> std::optional<double> {
             if (stream.report == nullptr) return std::nullopt;
             return static_cast<double>(stream.report->requests);
           }},
    Metric{"itsmc_sync_retries", "Requests of the run that were repeats.",
           [](const Stream& stream, const RunEnd&) -> std::optional<double> {
             if (stream.report == nullptr) return std::nullopt;
             return static_cast<double>(stream.report->retries);
           }},
    Metric{"itsmc_sync_throttled_seconds", "Time the run waited because the product asked for it.",
           [](const Stream& stream, const RunEnd&) -> std::optional<double> {
             if (stream.report == nullptr) return std::nullopt;
             return stream.report->throttled_seconds;
           }},
    Metric{"itsmc_sync_exit_code", "Exit code of the run.",
           [](const Stream& stream, const RunEnd& end) -> std::optional<double> {
             if (stream.report == nullptr) return std::nullopt;
             return static_cast<double>(end.exit_code);
           }},
};

const StreamReport* find_report(std::span<const StreamReport> reports, const StreamHealth& health) {
  const auto found = std::find_if(reports.begin(), reports.end(), [&](const StreamReport& report) {
    return report.connection == health.connection && report.type == health.type;
  });
  return found == reports.end() ? nullptr : &*found;
}

void ping(const Platform& platform, const std::string& url) {
  http::Request request;
  request.url = url;
  const auto transport = platform.new_transport(
      {.total_timeout = std::chrono::milliseconds(10'000), .max_body_bytes = 64U << 10U});
  const http::Exchange answer = transport->send(request, platform.stop);
  if (answer.response && answer.response->status < 400) return;
  // The url itself is not told: monitors put their key into it.
  platform.log(LogLevel::warning,
               "--health-url was not reached: " +
                   (answer.response ? fmt::format("it answered {}", answer.response->status)
                                    : answer.failure.text));
}

std::string under(std::string url, std::string_view last) {
  while (url.ends_with('/')) url.pop_back();
  return fmt::format("{}/{}", url, last);
}

}  // namespace

std::string metrics_text(std::span<const StreamReport> reports,
                         std::span<const StreamHealth> health, const RunEnd& end) {
  std::string text;
  for (const Metric& metric : k_metrics) {
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", metric.name, metric.help);
    for (const StreamHealth& one : health) {
      const auto value = metric.value({one, find_report(reports, one)}, end);
      if (!value) continue;
      // A connection's name has no character that a label would have to escape.
      text += fmt::format("{}{{connection=\"{}\",type=\"{}\"}} {}\n", metric.name, one.connection,
                          to_string(one.type), *value);
    }
  }
  return text;
}

std::string current_metrics(const Platform& platform, std::span<const StreamReport> reports,
                            const RunEnd& end) {
  return metrics_text(reports, sync_status(platform, load_every_connection(platform).ready), end);
}

void ping_start(const Platform& platform, const std::string& url) {
  ping(platform, under(url, "start"));
}

void ping_end(const Platform& platform, const std::string& url, int exit_code) {
  ping(platform, under(url, std::to_string(exit_code)));
}

}  // namespace itsmc::client
