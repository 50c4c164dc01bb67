#include "http/curl_failure.hpp"

#include <cerrno>
#include <string_view>

#include <fmt/format.h>

#include "http/url.hpp"

namespace itsmc::http {
namespace {

// openssl/x509_vfy.h, which the build does not need otherwise.
constexpr long k_x509_ok = 0;
constexpr long k_x509_unspecified = 1;
constexpr long k_x509_not_yet_valid = 9;
constexpr long k_x509_expired = 10;

FailureCause certificate_cause(long verify_result) {
  // The chain was not what failed: libcurl compares the name by itself, before it notes the chain's
  // result, which until then is "unspecified" (seen with 7.88) or none.
  if (verify_result == k_x509_ok || verify_result == k_x509_unspecified) {
    return FailureCause::tls_host;
  }
  // Not yet valid is the same trouble: one of the two clocks, or a certificate for another day.
  if (verify_result == k_x509_expired || verify_result == k_x509_not_yet_valid) {
    return FailureCause::tls_expired;
  }
  return FailureCause::tls_chain;
}

FailureCause connect_cause(const CurlSession& session) {
  if (session.uses_proxy()) return FailureCause::proxy;
  return session.info<long>(CURLINFO_OS_ERRNO) == ECONNREFUSED ? FailureCause::refused
                                                               : FailureCause::unreachable;
}

/// A CONNECT that the proxy answered with anything but 2xx.
bool proxy_refused(const CurlSession& session) {
  const long status = session.info<long>(CURLINFO_HTTP_CONNECTCODE);
  return status != 0 && status / 100 != 2;
}

FailureCause cause_of(const CurlSession& session, const CurlOutcome& outcome) {
  if (outcome.cancelled) return FailureCause::cancelled;
  if (outcome.too_large) return FailureCause::too_large;
  if (proxy_refused(session)) return FailureCause::proxy;
  switch (outcome.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return FailureCause::dns;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return FailureCause::proxy;
    case CURLE_COULDNT_CONNECT:
      return connect_cause(session);
    case CURLE_OPERATION_TIMEDOUT:
      return FailureCause::timeout;
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_cause(session.info<long>(CURLINFO_SSL_VERIFYRESULT));
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
      return FailureCause::tls_other;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return FailureCause::cut;
    default:
      return FailureCause::other;
  }
}

/// One sentence's beginning for each cause; libcurl's words follow where they add something.
std::string text_of(FailureCause cause, const UrlParts& url, const std::string& words) {
  const std::string_view at = url.authority;
  switch (cause) {
    case FailureCause::dns:
      return fmt::format("no such host \"{}\"", url.host);
    case FailureCause::refused:
      return fmt::format("\"{}\" refuses connections", at);
    case FailureCause::unreachable:
      return fmt::format("\"{}\" cannot be reached: {}", at, words);
    case FailureCause::timeout:
      return fmt::format("\"{}\" took too long: {}", at, words);
    case FailureCause::tls_chain:
      return fmt::format("the certificate of \"{}\" is not from a trusted authority: {}", at,
                         words);
    case FailureCause::tls_host:
      return fmt::format("the certificate is not for \"{}\": {}", url.host, words);
    case FailureCause::tls_expired:
      return fmt::format("the certificate of \"{}\" is not valid today: {}", at, words);
    case FailureCause::tls_other:
      return fmt::format("no TLS with \"{}\": {}", at, words);
    case FailureCause::cut:
      return fmt::format("the answer of \"{}\" was cut off: {}", at, words);
    case FailureCause::too_large:
      return fmt::format("the answer of \"{}\" is larger than this program takes", at);
    case FailureCause::proxy:
      return fmt::format("the proxy did not let us through: {}", words);
    case FailureCause::cancelled:
      return "interrupted";
    case FailureCause::other:
      break;
  }
  return fmt::format("no answer from \"{}\": {}", at, words);
}

}  // namespace

Failure explain(const CurlSession& session, const CurlOutcome& outcome, const std::string& url) {
  Failure failure;
  failure.cause = cause_of(session, outcome);
  failure.text = text_of(failure.cause, split_url(url), session.words(outcome.code));
  // Before "pretransfer" there was no connection to send on; a CONNECT that a proxy refused is not
  // the request. In all other cases assume the worst.
  failure.sent = failure.cause != FailureCause::proxy &&
                 (session.info<curl_off_t>(CURLINFO_PRETRANSFER_TIME_T) > 0 ||
                  session.info<long>(CURLINFO_REQUEST_SIZE) > 0);
  return failure;
}

}  // namespace itsmc::http
