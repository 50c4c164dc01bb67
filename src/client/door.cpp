#include "client/door.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "core/check_line.hpp"
#include "core/url.hpp"

namespace itsmc::client {
namespace {

using http::FailureCause;

constexpr std::string_view k_https = "https://";

enum class Stage { dns, tcp, tls, answer };

Stage stage_of(FailureCause cause, bool tls) {
  switch (cause) {
    case FailureCause::dns:
      return Stage::dns;
    case FailureCause::tls_chain:
    case FailureCause::tls_host:
    case FailureCause::tls_expired:
    case FailureCause::tls_other:
      return Stage::tls;
    case FailureCause::refused:
    case FailureCause::unreachable:
    case FailureCause::proxy:
      return Stage::tcp;
    case FailureCause::timeout:
      return tls ? Stage::answer : Stage::tcp;
    default:
      return Stage::answer;
  }
}

/// Of the way to the instance: trying later may help.
Check failed(std::string name, std::string message, std::string cause, std::string hint) {
  return bad_line(
      std::move(name), std::move(message),
      {.cause = std::move(cause), .hint = std::move(hint), .kind = ErrorKind::unavailable});
}

struct Advice {
  FailureCause cause;
  std::string_view means,
      next;  // "{0}": the connection; "{1}": an example of a url; "{2}": its url without port
};

constexpr std::array k_advice{
    Advice{FailureCause::dns,
           "no such host: the name is mistyped, the instance was retired, or this machine's DNS "
           "cannot see it",
           "itsmc connection edit {0} --url {1}"},
    Advice{FailureCause::refused, "nothing listens there: a wrong port, or the service is down",
           "itsmc connection edit {0} --url {2}:PORT"},
    Advice{FailureCause::unreachable, "no route: a firewall, a VPN or a proxy is in between",
           "itsmc connection edit {0} --proxy http://PROXY:PORT"},
    Advice{FailureCause::proxy, "the proxy could not be used",
           "itsmc connection edit {0} --proxy ''"},
    Advice{FailureCause::timeout,
           "no answer in time: a firewall drops the packets, or the instance hangs",
           "itsmc connection edit {0} --timeout 300s"},
    Advice{FailureCause::tls_chain,
           "the certificate is not signed by an authority that this machine trusts: a private "
           "authority, or a proxy that opens TLS",
           "itsmc connection edit {0} --ca-file /path/to/authority.pem"},
    Advice{FailureCause::tls_host,
           "the certificate is for another host name: the url is an alias, or wrong",
           "itsmc connection edit {0} --url https://THE-NAME-IN-THE-CERTIFICATE"},
    Advice{
        FailureCause::tls_expired,
        "the certificate's dates do not cover today: it ran out, or this machine's clock is wrong",
        "ask the instance's administrator to renew it; check this machine's date"},
    Advice{FailureCause::tls_other, "the TLS handshake failed",
           "itsmc --debug connection test {0}"},
};

// What OpenSSL says of a first line that is not TLS.
constexpr std::string_view k_not_tls = "wrong version number";

std::string_view example_url(const Connection& connection) {
  const bool cloud = connection.partner == PartnerKind::servicenow && !connection.self_hosted;
  return cloud ? "https://INSTANCE.service-now.com" : "https://HOST";
}

std::string without_port(const std::string& url) {
  const Url parts = parse_url(url, PlainHttp::loopback_only);
  return parts.scheme + "://" + parts.host;
}

Check explain_plain(const std::string& name, const Connection& connection,
                    const http::Failure& failure) {
  const std::string_view authority = std::string_view(connection.url).substr(k_https.size());
  const bool here = is_loopback(authority.substr(0, authority.rfind(':')));
  return failed(
      name, failure.text, "the server speaks plain http there, not https",
      here ? fmt::format("itsmc connection edit {} --url http://{}", connection.name, authority)
           : fmt::format("name the port where it speaks https (plain http is for this "
                         "machine only): itsmc connection edit {} --url https://HOST:PORT",
                         connection.name));
}

/// Rows of the same instance: a new url alone would be asked about them.
std::string with_rows_kept(std::string hint, StoredRows rows) {
  if (rows == StoredRows::some && hint.ends_with(":PORT")) hint += " --keep-rows";
  return hint;
}

Check explain(const std::string& name, const Connection& connection, const http::Failure& failure,
              StoredRows rows) {
  if (failure.cause == FailureCause::tls_other &&
      failure.text.find(k_not_tls) != std::string::npos && connection.url.starts_with(k_https)) {
    return explain_plain(name, connection, failure);
  }
  for (const Advice& advice : k_advice) {
    if (advice.cause != failure.cause) continue;
    std::string next = fmt::format(fmt::runtime(advice.next), connection.name,
                                   example_url(connection), without_port(connection.url));
    return failed(name, failure.text, std::string(advice.means),
                  with_rows_kept(std::move(next), rows));
  }
  return failed(name, failure.text, "the connection ended before an answer came",
                "itsmc --debug connection test " + connection.name);
}

Check judge_certificate(const Connection& connection, const http::Inspection& seen, Timestamp now) {
  if (!seen.tls) return skipped_line("tls", "plain http, on this machine only");
  Check check = good_line("tls", "trusted certificate");
  if (!seen.certificate_issuer.empty()) check.message += " from " + seen.certificate_issuer;
  if (!seen.certificate_expires) return check;
  const auto left = std::chrono::floor<std::chrono::days>(*seen.certificate_expires - now);
  check.message += ", valid until " + format_rfc3339(*seen.certificate_expires).substr(0, 10);
  if (left > std::chrono::days(14)) return check;
  check.status = CheckStatus::warning;
  check.cause = fmt::format("the certificate ends in {} days", left.count());
  check.hint = "tell the administrator of " + connection.url;
  return check;
}

Check judge_clock(const http::Inspection& seen, Timestamp now) {
  if (!seen.served_at) return skipped_line("clock", "the instance does not tell its time");
  const auto difference =
      std::chrono::duration_cast<std::chrono::seconds>(now - *seen.served_at).count();
  Check check = good_line("clock", fmt::format("{} s apart", std::abs(difference)));
  if (std::abs(difference) <= 60) return check;
  check.status = CheckStatus::warning;
  check.cause = fmt::format("this machine is {} s {} the instance", std::abs(difference),
                            difference > 0 ? "ahead of" : "behind");
  check.hint =
      "sync goes by the instance's clock and stays right, but tokens may expire early: "
      "timedatectl set-ntp true";
  return check;
}

}  // namespace

std::vector<Check> judge_door(const Connection& connection, const http::Inspection& seen,
                              Timestamp now, StoredRows rows) {
  if (!seen.failure) {
    return {good_line("dns", "found"), good_line("tcp", "connected to " + seen.address),
            judge_certificate(connection, seen, now), judge_clock(seen, now)};
  }
  const bool https = connection.url.starts_with(k_https);
  const Stage stage = stage_of(seen.failure->cause, seen.tls);
  std::vector<Check> checks;
  const auto add = [&](Stage here, const std::string& name, const std::string& good) {
    if (here < stage) {
      checks.push_back(good_line(name, good));
    } else if (here == stage) {
      checks.push_back(explain(name, connection, *seen.failure, rows));
    } else {
      checks.push_back(skipped_line(name, "not reached"));
    }
  };
  add(Stage::dns, "dns", "found");
  // What went wrong after the handshake is still a matter of the connection itself.
  if (stage == Stage::answer) {
    checks.push_back(explain("tcp", connection, *seen.failure, rows));
  } else {
    add(Stage::tcp, "tcp", seen.address.empty() ? "connected" : "connected to " + seen.address);
  }
  if (https && stage != Stage::answer) {
    add(Stage::tls, "tls", "trusted");
  } else {
    checks.push_back(
        skipped_line("tls", https ? "not reached" : "plain http, on this machine only"));
  }
  checks.push_back(skipped_line("clock", "not reached"));
  return checks;
}

bool is_shut(const std::vector<Check>& door) {
  return std::any_of(door.begin(), door.end(),
                     [](const Check& check) { return check.status == CheckStatus::failed; });
}

}  // namespace itsmc::client
