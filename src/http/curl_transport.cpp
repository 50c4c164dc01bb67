#include <memory>
#include <utility>

#include "http/curl_failure.hpp"
#include "http/curl_inspect.hpp"
#include "http/curl_session.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {
namespace {

/// The network by libcurl: one handle whose connection stays open between requests. One thread.
class CurlTransport : public Transport {
 public:
  explicit CurlTransport(const TransportOptions& options) : session_(options) {}

  Exchange send(const Request& request, std::stop_token stop) override {
    session_.prepare(request);
    const CurlOutcome outcome = session_.run(stop);
    if (outcome.code == CURLE_OK) {
      return {.response = std::move(session_.arrival().response), .failure = {}};
    }
    return {.response = std::nullopt, .failure = explain(session_, outcome, request.url)};
  }

  Inspection inspect(const std::string& url, std::stop_token stop) override {
    return inspect_with_curl(session_.options(), url, stop);
  }

 private:
  CurlSession session_;
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options) {
  return std::make_unique<CurlTransport>(options);
}

}  // namespace itsmc::http
