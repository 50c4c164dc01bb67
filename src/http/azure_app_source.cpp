#include <functional>
#include <utility>

#include <fmt/format.h>

#include "http/azure_source.hpp"
#include "http/client_assertion.hpp"
#include "http/token_endpoint.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/http/entra.hpp"

namespace itsmc::http {
namespace {

constexpr std::size_t k_max_file_bytes = 256U << 10U;

/// By what an app proves that it is itself: one of the two is not empty.
struct Proof {
  Secret client_secret, assertion;
};
/// Who signs in, as far as it is known.
struct App {
  std::string tenant, client_id, token_url;
  Timestamp now;
};
using Prove = std::function<std::variant<Proof, NotHere>(const App& app)>;

/// Where people can give what is missing.
bool reads_variables(const AzureSignIn& sign_in) {
  return sign_in.auth == AzureAuth::automatic || sign_in.auth == AzureAuth::federated;
}

/// An app by its tenant, its client id and a proof, which is taken afresh for each token: a
/// federated token is replaced while we run (azure reference 1.1).
class AppSource : public AzureSource {
 public:
  AppSource(AzureSetting setting, std::string words, Prove prove)
      : setting_(setting), words_(std::move(words)), prove_(std::move(prove)) {}

  [[nodiscard]] std::string words() const override { return words_; }

  [[nodiscard]] std::variant<Token, NotHere> ask(const TokenRequest& request) override {
    AzureSignIn sign_in = setting_.sign_in;
    std::vector<std::string> missing;
    fill_in(sign_in.tenant, {"AZURE_TENANT_ID", "--tenant"}, missing);
    fill_in(sign_in.client_id, {"AZURE_CLIENT_ID", "--client-id"}, missing);
    OAuthOptions options = azure_oauth_options(sign_in, request.audience);
    options.token_url = entra::token_url(sign_in.authority, sign_in.tenant, entra::Endpoint::v2);
    auto proof =
        prove_({sign_in.tenant, sign_in.client_id, options.token_url, request.wire.clock.now()});
    if (const auto* not_here = std::get_if<NotHere>(&proof)) missing.push_back(not_here->why);
    if (!missing.empty()) return NotHere{join(missing, ", ")};
    options.fixed_fields = {{"client_id", sign_in.client_id},
                            {"scope", request.audience + "/.default"}};
    add_proof(options, std::get<Proof>(proof));
    return TokenEndpoint(options, request.wire).credential_grant(Secret(), request.stop);
  }

 private:
  struct Place {
    const char* variable;
    const char* flag;
  };

  void fill_in(std::string& value, Place place, std::vector<std::string>& missing) const {
    const bool reads = reads_variables(setting_.sign_in);
    if (value.empty() && reads) value = variable(setting_.world, place.variable);
    if (!value.empty()) return;
    missing.push_back(fmt::format("no {}", reads ? place.variable : place.flag));
  }

  static void add_proof(OAuthOptions& options, const Proof& proof) {
    options.client_secret = proof.client_secret;
    if (proof.assertion.empty()) return;
    options.fixed_fields.emplace_back("client_assertion_type",
                                      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    options.fixed_fields.emplace_back("client_assertion", proof.assertion.reveal());
  }

  AzureSetting setting_;
  std::string words_;
  Prove prove_;
};

/// Somebody named this file, so it is meant: that it is not there is no reason to go on.
Secret read_named_file(const AzureWorld& world, const std::string& file, std::string_view what) {
  const auto fail = [&](std::string_view why) {
    return Error(ErrorKind::auth, fmt::format("the {} file \"{}\" {}", what, file, why),
                 fmt::format("ls -l {}", file));
  };
  std::optional<std::string> text;
  try {
    text = world.read_file(file, k_max_file_bytes);
  } catch (const Error& error) {
    throw fail("cannot be read: " + error.text());
  }
  if (!text) throw fail("is not there");
  Secret read(std::string(trim(*text)));
  text->assign(text->size(), '\0');
  if (read.empty()) throw fail("is empty");
  return read;
}

std::variant<Proof, NotHere> prove_by_certificate(AzureSetting setting, const App& app) {
  std::string file = setting.sign_in.certificate;
  if (file.empty() && reads_variables(setting.sign_in)) {
    file = variable(setting.world, "AZURE_CLIENT_CERTIFICATE_PATH");
    if (file.empty()) return NotHere{"no AZURE_CLIENT_CERTIFICATE_PATH"};
  }
  if (file.empty()) return NotHere{"no --certificate"};
  if (app.tenant.empty() || app.client_id.empty()) return Proof{};
  const CertificateFile certificate{
      .path = file,
      .pem = read_named_file(setting.world, file, "certificate"),
      .password = Secret(variable(setting.world, "AZURE_CLIENT_CERTIFICATE_PASSWORD"))};
  return Proof{{}, sign_assertion(certificate, {app.client_id, app.token_url, app.now})};
}

}  // namespace

std::unique_ptr<AzureSource> make_secret_source(AzureSetting setting) {
  const AzureSignIn& sign_in = setting.sign_in;
  const bool given = !sign_in.client_secret.empty();
  const bool reads = reads_variables(sign_in);
  std::string words = "client secret";
  if (given) words = sign_in.client_secret_words;
  if (!given && reads) words = "environment secret";
  return std::make_unique<AppSource>(
      setting, std::move(words), [setting, reads](const App&) -> std::variant<Proof, NotHere> {
        if (!setting.sign_in.client_secret.empty()) {
          return Proof{setting.sign_in.client_secret, {}};
        }
        if (!reads) return NotHere{"no --client-secret-file, no ITSMC_CLIENT_SECRET"};
        Secret secret(variable(setting.world, "AZURE_CLIENT_SECRET"));
        if (secret.empty()) return NotHere{"no AZURE_CLIENT_SECRET"};
        return Proof{std::move(secret), {}};
      });
}

std::unique_ptr<AzureSource> make_certificate_source(AzureSetting setting) {
  return std::make_unique<AppSource>(
      setting, setting.sign_in.certificate.empty() ? "environment certificate" : "certificate",
      [setting](const App& app) { return prove_by_certificate(setting, app); });
}

std::unique_ptr<AzureSource> make_federated_source(AzureSetting setting) {
  return std::make_unique<AppSource>(
      setting, "workload identity", [setting](const App& app) -> std::variant<Proof, NotHere> {
        const std::string file = variable(setting.world, "AZURE_FEDERATED_TOKEN_FILE");
        if (file.empty()) return NotHere{"no AZURE_FEDERATED_TOKEN_FILE"};
        if (app.tenant.empty() || app.client_id.empty()) return Proof{};
        return Proof{{}, read_named_file(setting.world, file, "federated token")};
      });
}

}  // namespace itsmc::http
