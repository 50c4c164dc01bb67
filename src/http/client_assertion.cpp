#include "http/client_assertion.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http/base64url.hpp"
#include "http/crypto_library.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::http {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes k_life(10);

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Signing = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

Error bad_file(const CertificateFile& file, std::string_view what, std::string hint) {
  return {ErrorKind::auth, fmt::format("the certificate file \"{}\" {}", file.path, what),
          std::move(hint)};
}

Bio bytes_of(const CryptoLibrary& crypto, const Secret& pem) {
  const std::string& text = pem.reveal();
  return {crypto.bio_new_mem_buf(text.data(), static_cast<int>(text.size())), crypto.bio_free};
}

Certificate read_certificate(const CryptoLibrary& crypto, const CertificateFile& file) {
  const Bio bytes = bytes_of(crypto, file.pem);
  Certificate certificate(crypto.read_certificate(bytes.get(), nullptr, nullptr, nullptr),
                          crypto.x509_free);
  if (certificate) return certificate;
  throw bad_file(file, "holds no certificate in PEM form",
                 "openssl pkcs12 -in FILE.pfx -nodes -out FILE.pem makes one of a .pfx file");
}

Key read_key(const CryptoLibrary& crypto, const CertificateFile& file) {
  const Bio bytes = bytes_of(crypto, file.pem);
  // Never null: OpenSSL would ask for a password on the terminal.
  std::string password = file.password.reveal();
  Key key(crypto.read_key(bytes.get(), nullptr, nullptr, password.data()), crypto.evp_pkey_free);
  password.assign(password.size(), '\0');
  const bool encrypted = file.pem.reveal().find("ENCRYPTED") != std::string::npos;
  if (!key && encrypted) {
    throw bad_file(file, "has an encrypted key that does not open",
                   "AZURE_CLIENT_CERTIFICATE_PASSWORD is its password");
  }
  if (!key) {
    throw bad_file(file, "holds no private key in PEM form",
                   "the file needs both: cat CERTIFICATE KEY > FILE");
  }
  if (crypto.evp_pkey_get_base_id(key.get()) != EVP_PKEY_RSA) {
    throw bad_file(file, "has a key that is not RSA, the only kind that Microsoft Entra takes",
                   "make a certificate with an RSA key and upload it");
  }
  return key;
}

std::string thumbprint_of(const CryptoLibrary& crypto, X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (crypto.x509_digest(certificate, crypto.evp_sha256(), bytes.data(), &size) != 1) {
    throw Error(ErrorKind::unforeseen, "OpenSSL gave no digest of the certificate");
  }
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), size});
}

std::string new_number(const CryptoLibrary& crypto) {
  std::array<unsigned char, 16> bytes{};
  if (crypto.rand_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw Error(ErrorKind::unforeseen, "OpenSSL gave no random bytes");
  }
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// RSASSA-PSS with SHA-256 and a salt of the digest's length: RFC 7518 section 3.5.
std::string sign(const CryptoLibrary& crypto, EVP_PKEY* key, const std::string& text) {
  const Signing signing(crypto.evp_md_ctx_new(), crypto.evp_md_ctx_free);
  EVP_PKEY_CTX* padding = nullptr;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  const bool begun =
      signing &&
      crypto.evp_digestsigninit(signing.get(), &padding, crypto.evp_sha256(), nullptr, key) == 1 &&
      crypto.evp_pkey_ctx_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) > 0 &&
      crypto.evp_pkey_ctx_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) > 0 &&
      crypto.evp_digestsign(signing.get(), nullptr, &size, bytes, text.size()) == 1;
  std::string signature(begun ? size : 0, '\0');
  auto* const place = reinterpret_cast<unsigned char*>(signature.data());
  if (!begun || crypto.evp_digestsign(signing.get(), place, &size, bytes, text.size()) != 1) {
    throw Error(ErrorKind::unforeseen, "OpenSSL did not sign with the certificate's key");
  }
  signature.resize(size);
  return signature;
}

std::int64_t epoch_seconds(Timestamp at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

}  // namespace

Secret sign_assertion(const CertificateFile& file, const AssertionClaims& claims) {
  const CryptoLibrary& crypto = crypto_library();
  const Certificate certificate = read_certificate(crypto, file);
  const Key key = read_key(crypto, file);
  if (crypto.x509_check_private_key(certificate.get(), key.get()) != 1) {
    throw bad_file(file, "has a key that is not its first certificate's",
                   "the certificate of the key goes first in the file");
  }
  const json header{
      {"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", thumbprint_of(crypto, certificate.get())}};
  const json said{{"aud", claims.audience},
                  {"iss", claims.client_id},
                  {"sub", claims.client_id},
                  {"jti", new_number(crypto)},
                  {"iat", epoch_seconds(claims.now)},
                  {"nbf", epoch_seconds(claims.now)},
                  {"exp", epoch_seconds(claims.now + k_life)}};
  std::string text = to_base64url(header.dump()) + '.' + to_base64url(said.dump());
  text += '.' + to_base64url(sign(crypto, key.get(), text));
  return Secret(std::move(text));
}

}  // namespace itsmc::http
