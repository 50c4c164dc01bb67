// The directory's signing key: tokens are real RS256 JSON Web Tokens.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace itsmc::sim::entra {

// The key IS one RSA key, made when the process first needs it. Immutable, so thread-safe.
class SigningKey {
 public:
  // The process's one key.
  static const SigningKey& instance();
  // header.payload.signature of a JSON object.
  [[nodiscard]] std::string sign(std::string_view payload) const;
  // The public half, as PEM.
  [[nodiscard]] std::string public_pem() const;
  // {"keys":[...]}: what /discovery/v2.0/keys answers.
  [[nodiscard]] std::string key_set() const;

 private:
  SigningKey();
  std::shared_ptr<EVP_PKEY> key_;
};

// base64 for URLs, without padding.
std::string base64url(std::string_view bytes);
// The bytes; empty when the text is none.
std::string decode_base64url(std::string_view text);

}  // namespace itsmc::sim::entra
