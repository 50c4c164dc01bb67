#include "itsmc/sinks/log_analytics.hpp"

#include <utility>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "sinks/azure_words.hpp"

namespace itsmc::sinks {
namespace {

// What a failure means here; the server's own words stand before it.
std::string hint_of(ErrorKind kind, const LogAnalyticsOptions& options) {
  std::string test = "itsmc workspace test " + options.workspace;
  switch (kind) {
    case ErrorKind::auth:
      return "the token is not for this endpoint: wrong audience or cloud? see: " + test;
    case ErrorKind::denied:
      return "the sending identity needs the role \"Monitoring Metrics Publisher\" on the data "
             "collection rule; a new assignment takes up to 30 minutes to be felt: itsmc workspace "
             "setup " +
             options.workspace;
    case ErrorKind::not_found:
      return fmt::format(
          "no data collection rule has the immutable id \"{}\" at this endpoint (it begins with "
          "dcr-, and is not the rule's name): itsmc workspace show {}",
          options.rule_id, options.workspace);
    default:
      return test;
  }
}

/// POST {endpoint}/dataCollectionRules/{rule}/streams/{stream}?api-version=2023-01-01, a JSON
/// array, gzip; 204 without a body means accepted (azure reference 2.1).
class LogAnalytics final : public Sink {
 public:
  LogAnalytics(const LogAnalyticsOptions& options, std::unique_ptr<http::Authorizer> authorizer,
               const http::Wire& wire)
      : options_(options),
        client_({.connection = options.workspace,
                 .base_url = options.endpoint,
                 .retry = options.retry,
                 .judge = azure_judge(),
                 .noun = "workspace"},
                std::move(authorizer), wire) {}

  std::size_t max_batch_bytes() const noexcept override { return k_max_call_bytes; }

  Verdict send(Table table, std::string_view json_array, std::stop_token stop) override {
    http::Request request;
    request.method = "POST";
    request.url =
        client_.url(fmt::format("/dataCollectionRules/{}/streams/{}",
                                percent_encode(options_.rule_id), percent_encode(stream_of(table))),
                    {{"api-version", "2023-01-01"}});
    request.headers = {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}};
    request.body = http::gzip(json_array);
    request.write_over = http::WriteOver::kept_connection;  // a row may come twice, it has a key
    return judge(client_.raw(request, http::Replay::safe, stop));
  }

 private:
  [[nodiscard]] const std::string& stream_of(Table table) const {
    return table == Table::service_desk ? options_.stream : options_.log_stream;
  }

  [[nodiscard]] Verdict judge(const http::Response& response) const {
    if (response.status == 204 || response.status == 200) return {};
    std::optional<Error> failure = client_.failure_of(response);
    if (!failure) {
      failure = Error(ErrorKind::protocol,
                      fmt::format("the endpoint answered with {}, not 204", response.status));
    }
    if (response.status == 413) return {Verdict::Kind::too_large, failure->text()};
    if (response.status == 400) return {Verdict::Kind::refused, failure->text()};
    throw Error(failure->with_hint(hint_of(failure->kind(), options_)));
  }

  LogAnalyticsOptions options_;
  http::Client client_;
};

}  // namespace

http::Judge azure_judge() {
  http::Judge judge;
  judge.partner = "Azure";
  judge.words = azure_words;
  judge.request_id_header = "x-ms-request-id";
  return judge;
}

std::unique_ptr<Sink> make_log_analytics(const LogAnalyticsOptions& options,
                                         std::unique_ptr<http::Authorizer> authorizer,
                                         const http::Wire& wire) {
  return std::make_unique<LogAnalytics>(options, std::move(authorizer), wire);
}

}  // namespace itsmc::sinks
