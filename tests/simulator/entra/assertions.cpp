#include "entra/assertions.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "entra/aadsts.hpp"
#include "entra/signing_key.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::entra {
namespace {

using nlohmann::json;

// Clocks may differ by that much (azure reference 1.2, 700024).
constexpr std::int64_t k_leeway = 300;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio bio_of(std::string_view text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

std::string digest_of(X509* certificate, const EVP_MD* kind) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(certificate, kind, bytes, &size);
  return base64url({reinterpret_cast<const char*>(bytes), size});
}

bool signed_by(EVP_PKEY* key, const std::string& algorithm, std::string_view text,
               const std::string& signature) {
  if (algorithm != "RS256" && algorithm != "PS256") return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_PKEY_CTX* how = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &how, EVP_sha256(), nullptr, key) != 1) return false;
  if (algorithm == "PS256") {
    EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST);
  }
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

std::shared_ptr<EVP_PKEY> public_key(const std::string& pem) {
  const std::string& text = pem.empty() ? SigningKey::instance().public_pem() : pem;
  const Bio memory = bio_of(text);
  return {PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

std::string claim(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_claim(const json& object, const char* name, std::int64_t otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<std::int64_t>() : otherwise;
}

}  // namespace

// eyJhbGciOiJQUzI1NiIsIng1dCNTMjU2Ijoi..."}.{"aud":"https://login../oauth2/v2.0/token",
//  "iss":"CLIENT","sub":"CLIENT","jti":"GUID","nbf":1,"exp":601}.SIGNATURE
struct Assertions::Token {
  std::string client;
  json header, claims;
  std::string signed_text, signature;

  // Nothing when it is no JWT.
  static std::optional<Token> read(const std::string& client, std::string_view text) {
    const auto first = text.find('.');
    const auto last = text.rfind('.');
    if (first == std::string_view::npos || last == first) return std::nullopt;
    Token token;
    token.client = client;
    token.header = json::parse(decode_base64url(text.substr(0, first)), nullptr, false);
    token.claims =
        json::parse(decode_base64url(text.substr(first + 1, last - first - 1)), nullptr, false);
    if (!token.header.is_object() || !token.claims.is_object()) return std::nullopt;
    token.signed_text = text.substr(0, last);
    token.signature = decode_base64url(text.substr(last + 1));
    return token;
  }
  [[nodiscard]] bool verified(EVP_PKEY* key) const {
    return key && signed_by(key, claim(header, "alg"), signed_text, signature);
  }
  // 0 or 700024.
  [[nodiscard]] Judgement timely(std::int64_t now) const {
    const std::int64_t until = number_claim(claims, "exp", 0);
    const std::int64_t from = number_claim(claims, "nbf", now);
    if (now <= until + k_leeway && now + k_leeway >= from) return {};
    return {700024, fmt::format("Current time: {}Z, assertion valid from {}Z, expiry time of "
                                "assertion {}Z.",
                                utc_text(now), utc_text(from), utc_text(until))};
  }
};

void Assertions::add_certificate(std::string client, std::string_view pem) {
  const Bio memory = bio_of(pem);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), X509_free);
  if (!certificate) throw std::runtime_error("no certificate in the PEM text");
  Certificate one{std::move(client),
                  {X509_get_pubkey(certificate.get()), EVP_PKEY_free},
                  digest_of(certificate.get(), EVP_sha256()),
                  digest_of(certificate.get(), EVP_sha1())};
  const std::lock_guard lock(mutex_);
  certificates_.push_back(std::move(one));
}

void Assertions::add_federation(Federation federation) {
  const std::lock_guard lock(mutex_);
  federations_.push_back(std::move(federation));
}

Judgement Assertions::judge_certificate(const Token& token, const Occasion& occasion) const {
  const std::string sha256 = claim(token.header, "x5t#S256");
  const std::string sha1 = claim(token.header, "x5t");
  const auto found =
      std::find_if(certificates_.begin(), certificates_.end(), [&](const Certificate& one) {
        return one.client == token.client &&
               ((!sha256.empty() && one.sha256 == sha256) || (!sha1.empty() && one.sha1 == sha1));
      });
  const std::string thumbprint = sha256.empty() ? sha1 : sha256;
  if (found == certificates_.end()) {
    return {700027, fmt::format("[Reason - The key was not found., Thumbprint of key used by "
                                "client: '{}']",
                                thumbprint)};
  }
  if (!token.verified(found->key.get())) {
    return {700027, fmt::format("[Reason - The signature is not valid., Thumbprint of key used by "
                                "client: '{}']",
                                thumbprint)};
  }
  const std::string audience = claim(token.claims, "aud");
  if (std::find(occasion.token_endpoints.begin(), occasion.token_endpoints.end(), audience) ==
      occasion.token_endpoints.end()) {
    return {700023, audience};
  }
  return token.timely(occasion.now);
}

Judgement Assertions::judge_federation(const Token& token, const Occasion& occasion) const {
  // The match is case-sensitive (azure reference 1.1).
  const std::string issuer = claim(token.claims, "iss");
  const std::string subject = claim(token.claims, "sub");
  const std::string audience = claim(token.claims, "aud");
  Judgement nearest{700211, issuer};
  for (const auto& one : federations_) {
    if (one.client != token.client || one.issuer != issuer) continue;
    if (one.subject != subject) {
      nearest = {700213, subject};
      continue;
    }
    if (one.audience != audience) {
      nearest = {700212, audience};
      continue;
    }
    if (!token.verified(public_key(one.key_pem).get())) return {50012, ""};
    return token.timely(occasion.now);
  }
  return nearest;
}

Judgement Assertions::judge(const std::string& client, std::string_view assertion,
                            const Occasion& occasion) const {
  const auto token = Token::read(client, assertion);
  if (!token) return {700027, "[Reason - The assertion is no JSON Web Token.]"};
  const std::string issuer = claim(token->claims, "iss");
  const std::string subject = claim(token->claims, "sub");
  const std::lock_guard lock(mutex_);
  const bool own = token->header.contains("x5t") || token->header.contains("x5t#S256");
  if (issuer != client && issuer == subject && own) return {700021, ""};
  return issuer == client ? judge_certificate(*token, occasion)
                          : judge_federation(*token, occasion);
}

std::optional<Reply> Assertions::control(const std::string& what, const Request& request,
                                         std::int64_t now) {
  Federation federation;
  federation.client = request.param_or("client_id", Credentials{}.client_id);
  federation.issuer = request.param_or("issuer", federation.issuer);
  federation.subject = request.param_or("subject", federation.subject);
  federation.audience = request.param_or("audience", federation.audience);
  if (what == "certificate") {
    try {
      add_certificate(federation.client, request.body);
    } catch (const std::runtime_error& error) {
      return json_reply(400, fmt::format(R"({{"error":{}}})", quote_json(error.what())));
    }
  } else if (what == "federation") {
    federation.key_pem = request.body;
    add_federation(federation);
  } else if (what == "federation/clear") {
    const std::lock_guard lock(mutex_);
    federations_.clear();
  } else if (what == "federation/token") {
    const std::int64_t life = number_or(request.param_or("seconds", "3600"), 3600);
    return json_reply(
        200,
        fmt::format(R"({{"token":"{}"}})",
                    SigningKey::instance().sign(fmt::format(
                        R"({{"iss":{},"sub":{},"aud":{},"iat":{},"nbf":{},"exp":{},"jti":"{}"}})",
                        quote_json(federation.issuer), quote_json(federation.subject),
                        quote_json(federation.audience), now, now, now + life, new_guid()))));
  } else {
    return std::nullopt;
  }
  return json_reply(200, R"({"done":true})");
}

}  // namespace itsmc::sim::entra
