#include "http/curl_inspect.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "http/curl_failure.hpp"
#include "http/curl_session.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

constexpr std::chrono::milliseconds k_look_timeout{15'000};
constexpr std::size_t k_look_body_bytes = 64U << 10U;  // the header is what counts

TransportOptions for_a_look(TransportOptions options) {
  options.total_timeout = std::min(options.total_timeout, k_look_timeout);
  options.max_body_bytes = k_look_body_bytes;
  return options;
}

/// What follows "Issuer:" in the server's own certificate, the chain's first.
std::string certificate_fact(const curl_certinfo& chain, std::string_view name) {
  if (chain.num_of_certs < 1) return {};
  for (const curl_slist* line = chain.certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view fact(line->data);
    if (fact.starts_with(name) && fact.substr(name.size()).starts_with(':')) {
      return std::string(trim(fact.substr(name.size() + 1)));
    }
  }
  return {};
}

void take_certificate(const CurlSession& session, Inspection& seen) {
  const auto* chain = session.info<curl_certinfo*>(CURLINFO_CERTINFO);
  if (chain == nullptr || chain->num_of_certs < 1) return;
  seen.certificate_issuer = excerpt(certificate_fact(*chain, "Issuer"), 300);
  seen.certificate_subject = excerpt(certificate_fact(*chain, "Subject"), 300);
  seen.certificate_expires = parse_certificate_date(certificate_fact(*chain, "Expire date"));
}

/// A second look, only to read a certificate that was refused: without verification, and ending
/// after the handshake. Nothing is sent on it, no credentials above all, and its handle dies here,
/// so that no request can ever find this connection in a cache.
void read_refused_certificate(const TransportOptions& options, const Request& request,
                              Inspection& seen, const std::stop_token& stop) {
  CurlSession session(options);
  session.prepare(request);
  session.set(CURLOPT_CONNECT_ONLY, 1L);
  session.set(CURLOPT_SSL_VERIFYPEER, 0L);
  session.set(CURLOPT_SSL_VERIFYHOST, 0L);
  session.set(CURLOPT_CERTINFO, 1L);
  if (session.run(stop).code == CURLE_OK) take_certificate(session, seen);
}

bool is_certificate_failure(FailureCause cause) {
  return cause == FailureCause::tls_chain || cause == FailureCause::tls_host ||
         cause == FailureCause::tls_expired;
}

}  // namespace

Inspection inspect_with_curl(const TransportOptions& options, const std::string& url,
                             const std::stop_token& stop) {
  const TransportOptions look = for_a_look(options);
  Request request;
  request.url = url + (url.ends_with('/') ? "" : "/");
  CurlSession session(look);
  session.prepare(request);
  session.set(CURLOPT_CERTINFO, 1L);
  const CurlOutcome outcome = session.run(stop);

  Inspection seen;
  seen.tls = url.starts_with("https://");
  if (const auto* address = session.info<char*>(CURLINFO_PRIMARY_IP)) seen.address = address;
  seen.http_status_line = excerpt(session.arrival().status_line, 200);
  const auto date = session.arrival().response.header("Date");
  if (date) seen.served_at = parse_http_date(*date);
  take_certificate(session, seen);
  // Once the status line is there the door is open, whatever becomes of the page behind it.
  const bool answered = !seen.http_status_line.empty() && !outcome.cancelled;
  if (outcome.code == CURLE_OK || answered) return seen;

  seen.failure = explain(session, outcome, request.url);
  if (is_certificate_failure(seen.failure->cause) && seen.certificate_issuer.empty()) {
    read_refused_certificate(look, request, seen, stop);
  }
  return seen;
}

std::optional<Timestamp> parse_certificate_date(std::string_view text) {
  constexpr std::string_view k_zone = " GMT";
  if (!text.ends_with(k_zone)) return std::nullopt;
  // The rest is asctime's form without its weekday, which the date's reader does not check.
  return parse_http_date(fmt::format("Sun {}", text.substr(0, text.size() - k_zone.size())));
}

}  // namespace itsmc::http
