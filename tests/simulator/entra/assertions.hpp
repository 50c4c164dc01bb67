// What an app proves itself with instead of a secret: a JWT signed with its certificate, or one of
// another issuer that it trusts (azure reference 1.1).
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

#include "shared/credentials.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::entra {

// A federated identity credential: tokens of that issuer about that subject stand for the app.
struct Federation {
  std::string client;
  std::string issuer = "https://oidc.itsmc-sim.example";
  std::string subject = "system:serviceaccount:itsmc:itsmc";
  std::string audience = "api://AzureADTokenExchange";
  std::string key_pem{};  // of the issuer; empty: the simulator's own key
};

// Where and when an assertion is presented.
struct Occasion {
  std::span<const std::string> token_endpoints;
  std::int64_t now = 0;
};

// 0 when the assertion is good, else its AADSTS code and the word that its text names.
struct Judgement {
  int code = 0;
  std::string value{};
};

// The assertions ARE the certificates and federations that apps are registered with. Thread-safe.
class Assertions {
 public:
  // Throws std::runtime_error when the PEM holds no certificate.
  void add_certificate(std::string client, std::string_view pem);
  void add_federation(Federation federation);
  // Signatures are checked for real: RS256 and PS256.
  [[nodiscard]] Judgement judge(const std::string& client, std::string_view assertion,
                                const Occasion& occasion) const;
  // certificate?client_id= (POST, PEM), federation?client_id=&issuer=&subject=&audience= (POST, the
  // issuer's public key as PEM or nothing), federation/clear,
  // federation/token?issuer=&subject=&audience=&seconds=; nothing when `what` is none of them.
  std::optional<Reply> control(const std::string& what, const Request& request, std::int64_t now);

 private:
  struct Certificate {
    std::string client;
    std::shared_ptr<EVP_PKEY> key;
    std::string sha256, sha1;  // base64url of the DER's digest, as headers name it
  };
  struct Token;

  [[nodiscard]] Judgement judge_certificate(const Token& token, const Occasion& occasion) const;
  [[nodiscard]] Judgement judge_federation(const Token& token, const Occasion& occasion) const;

  mutable std::mutex mutex_;
  std::vector<Certificate> certificates_;
  std::vector<Federation> federations_;
};

}  // namespace itsmc::sim::entra
