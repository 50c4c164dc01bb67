#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "http/answer.hpp"
#include "http/azure_source.hpp"
#include "http/token_answer.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Answer = std::variant<Token, NotHere>;

constexpr std::string_view k_imds_host = "http://169.254.169.254";
constexpr std::string_view k_imds_path = "/metadata/identity/oauth2/token";
/// Nobody is at that address outside Azure, and nobody says so.
constexpr milliseconds k_probe{1000};
constexpr milliseconds k_longest_answer{10'000};
/// Before each further try: the recommended rule (azure reference 1.3).
constexpr std::array k_waits{seconds(2), seconds(6), seconds(14), seconds(30)};
constexpr std::size_t k_max_key_bytes = 4096;

/// One of the endpoints that a machine or an app has for its own identity.
struct Endpoint {
  std::string words;
  std::string url;  // without the query
  std::string version;
  Header header;
};

std::string url_of(const Endpoint& endpoint, const std::string& audience,
                   const std::string& client_id) {
  std::string url = fmt::format("{}?api-version={}&resource={}", endpoint.url, endpoint.version,
                                percent_encode(audience));
  if (!client_id.empty()) url += "&client_id=" + percent_encode(client_id);
  return url;
}

/// What comes by itself: the service is being updated, or busy, or slow.
bool may_pass(const Exchange& exchange) {
  if (!exchange.response) {
    return exchange.failure.cause == FailureCause::timeout && exchange.failure.sent;
  }
  const int status = exchange.response->status;
  return status == 404 || status == 410 || status == 429 || status >= 500;
}

class ManagedIdentity : public AzureSource {
 public:
  explicit ManagedIdentity(AzureSetting setting) : setting_(setting) {}

  [[nodiscard]] std::string words() const override { return "managed identity"; }

  [[nodiscard]] Answer ask(const TokenRequest& request) override {
    const std::string endpoint = variable(setting_.world, "IDENTITY_ENDPOINT");
    const std::string header = variable(setting_.world, "IDENTITY_HEADER");
    if (!variable(setting_.world, "IDENTITY_SERVER_THUMBPRINT").empty()) {
      return NotHere{"Service Fabric's identity endpoint is not supported"};
    }
    if (!endpoint.empty() && !header.empty()) {
      const Endpoint app_service{
          "App Service", endpoint, "2019-08-01", {"X-IDENTITY-HEADER", header}};
      return read(app_service, request, send_patiently(app_service, client_id(), request));
    }
    if (!endpoint.empty() && !variable(setting_.world, "IMDS_ENDPOINT").empty()) {
      return ask_arc({"Azure Arc", endpoint, "2020-06-01", {"Metadata", "true"}}, request);
    }
    return ask_imds(request);
  }

 private:
  [[nodiscard]] std::string client_id() const {
    const std::string& given = setting_.sign_in.client_id;
    const bool reads = setting_.sign_in.auth == AzureAuth::automatic;
    return given.empty() && reads ? variable(setting_.world, "AZURE_CLIENT_ID") : given;
  }

  [[nodiscard]] Answer ask_imds(const TokenRequest& request) {
    std::string host = variable(setting_.world, "AZURE_POD_IDENTITY_AUTHORITY_HOST");
    while (host.ends_with('/')) host.pop_back();
    if (host.empty()) host = k_imds_host;
    const Endpoint imds{"the metadata service at " + host,
                        host + std::string(k_imds_path),
                        "2018-02-01",
                        {"Metadata", "true"}};
    if (setting_.sign_in.auth == AzureAuth::automatic) {
      // Without the header: any answer at all means that the service is here.
      const Exchange probe = send({.url = url_of(imds, request.audience, {})}, k_probe, request);
      if (!probe.response) {
        if (probe.failure.cause == FailureCause::cancelled) {
          throw Error(ErrorKind::cancelled, "interrupted");
        }
        // Nobody asked for it: its address would only lead people astray. The log has it.
        return NotHere{"this machine has none"};
      }
    }
    return read(imds, request, send_patiently(imds, client_id(), request));
  }

  /// Arc's agent answers with the path of a file that only its group can read, and takes the file's
  /// contents for a proof (azure reference 1.3).
  [[nodiscard]] Answer ask_arc(const Endpoint& arc, const TokenRequest& request) {
    if (!client_id().empty()) {
      return NotHere{"Azure Arc knows only the machine's own identity: leave --client-id out"};
    }
    const Exchange challenge = send_patiently(arc, {}, request);
    if (!challenge.response || challenge.response->status != 401) {
      return read(arc, request, challenge);
    }
    const Secret key = read_key(challenge.response->header("WWW-Authenticate").value_or(""));
    Request proven{.url = url_of(arc, request.audience, {}), .headers = {arc.header}};
    proven.headers.emplace_back("Authorization", "Basic " + key.reveal());
    return read(arc, request, send(proven, k_longest_answer, request));
  }

  /// Whatever listens on that port must not get another file of ours out of us.
  [[nodiscard]] Secret read_key(std::string_view challenge) const {
    constexpr std::string_view k_realm = "Basic realm=";
    const std::string path(challenge.starts_with(k_realm) ? challenge.substr(k_realm.size()) : "");
    const std::filesystem::path file(path);
    const bool fits = file.is_absolute() && file == file.lexically_normal() &&
                      file.parent_path() == setting_.world.arc_keys && file.extension() == ".key";
    if (!fits) {
      throw Error(ErrorKind::auth,
                  fmt::format("Azure Arc's agent names no key file in {}: \"{}\"",
                              setting_.world.arc_keys, excerpt(challenge, 200)),
                  "azcmagent check; is it the agent that listens at IDENTITY_ENDPOINT?");
    }
    std::optional<std::string> key;
    try {
      key = setting_.world.read_file(path, k_max_key_bytes);
    } catch (const Error& error) {
      throw Error(ErrorKind::auth,
                  fmt::format("Azure Arc's key file cannot be read: {}", error.text()),
                  "usermod -aG himds USER, then sign in to the machine anew");
    }
    if (key) return Secret(std::move(*key));
    throw Error(ErrorKind::auth, fmt::format("Azure Arc's key file \"{}\" is not there", path),
                "azcmagent check");
  }

  [[nodiscard]] Exchange send(const Request& message, milliseconds longest,
                              const TokenRequest& request) const {
    Exchange exchange = setting_.world.new_local_transport(longest)->send(message, request.stop);
    const std::string outcome =
        exchange.response ? std::to_string(exchange.response->status) : exchange.failure.text;
    request.wire.log(LogLevel::debug,
                     fmt::format("{} {}: {}", message.method,
                                 message.url.substr(0, message.url.find('?')), outcome));
    return exchange;
  }

  [[nodiscard]] Exchange send_patiently(const Endpoint& endpoint, const std::string& client_id,
                                        const TokenRequest& request) const {
    const Request message{.url = url_of(endpoint, request.audience, client_id),
                          .headers = {endpoint.header}};
    for (std::size_t tries = 0;; ++tries) {
      Exchange exchange = send(message, k_longest_answer, request);
      if (!may_pass(exchange) || tries == k_waits.size()) return exchange;
      if (!request.wire.clock.wait_for(k_waits.at(tries), request.stop)) {
        throw Error(ErrorKind::cancelled, "interrupted");
      }
    }
  }

  [[nodiscard]] static Answer no_answer_of(const Endpoint& endpoint, const Failure& failure) {
    if (failure.cause == FailureCause::cancelled) throw Error(ErrorKind::cancelled, "interrupted");
    return NotHere{fmt::format("no answer from {}: {}", endpoint.words, failure.text)};
  }

  /// 400 without a code of Microsoft Entra is the endpoint's own: there is no such identity.
  [[nodiscard]] Answer read(const Endpoint& endpoint, const TokenRequest& request,
                            const Exchange& exchange) const {
    if (!exchange.response) return no_answer_of(endpoint, exchange.failure);
    OAuthOptions options = azure_oauth_options(setting_.sign_in, request.audience);
    options.partner = endpoint.words;
    const std::string plain = readable_body(*exchange.response);
    auto answer = read_token_answer(*exchange.response, plain,
                                    {options, SecretMask(), request.wire.clock.now()});
    if (auto* token = std::get_if<Token>(&answer)) return std::move(*token);
    const Error& error = std::get<Error>(answer);
    const bool own =
        exchange.response->status == 400 && error.text().find("AADSTS") == std::string::npos;
    if (own) return NotHere{error.text()};
    throw Error(error);
  }

  AzureSetting setting_;
};

}  // namespace

std::unique_ptr<AzureSource> make_managed_identity(AzureSetting setting) {
  return std::make_unique<ManagedIdentity>(setting);
}

}  // namespace itsmc::http
