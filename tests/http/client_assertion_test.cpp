#include "http/client_assertion.hpp"

#include <memory>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "http/base64url.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "support/certificates.hpp"

namespace itsmc::http {
namespace {

using nlohmann::json;
using std::chrono::seconds;

const Timestamp k_now(seconds(1'767'323'045));

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Digest = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

Bio bytes_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

Certificate certificate_of(const std::string& pem) {
  const Bio bytes = bytes_of(pem);
  return {PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr), X509_free};
}

/// By OpenSSL alone, as whoever has only the certificate checks it.
bool verifies(const std::string& pem, const std::string& text, const std::string& signature) {
  const Certificate certificate = certificate_of(pem);
  const Key key(X509_get_pubkey(certificate.get()), EVP_PKEY_free);
  const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* padding = nullptr;
  EVP_DigestVerifyInit(digest.get(), &padding, EVP_sha256(), nullptr, key.get());
  EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST);
  return EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

std::string pem_of(EVP_PKEY* key, const char* password) {
  const Bio bytes(BIO_new(BIO_s_mem()), BIO_free);
  const EVP_CIPHER* const cipher = password == nullptr ? nullptr : EVP_aes_256_cbc();
  PEM_write_bio_PKCS8PrivateKey(bytes.get(), key, cipher, nullptr, 0, nullptr,
                                const_cast<char*>(password));
  char* text = nullptr;
  const long size = BIO_get_mem_data(bytes.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Secret signed_with(const std::string& pem, const std::string& password = {}) {
  return sign_assertion({"/app.pem", Secret(pem), Secret(password)},
                        {"app-1", "https://login.example/t/oauth2/v2.0/token", k_now});
}

std::string refusal(const std::string& pem, const std::string& password = {}) {
  try {
    (void)signed_with(pem, password);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::auth);
    CHECK_FALSE(error.hint().empty());
    return error.text();
  }
  return "there was no failure";
}

TEST_CASE("an assertion names its certificate and is signed by its key, with PS256") {
  const test::Authority authority("test authority");
  const test::Identity app = authority.issue({.common_name = "app", .key = test::KeyKind::rsa});
  const std::vector<std::string> parts =
      split(signed_with(app.key + app.certificate).reveal(), '.');
  REQUIRE(parts.size() == 3);
  const json header = json::parse(from_base64url(parts[0]).value());
  const json claims = json::parse(from_base64url(parts[1]).value());
  CHECK(header.at("alg") == "PS256");
  CHECK(header.at("typ") == "JWT");
  const Certificate certificate = certificate_of(app.certificate);
  unsigned char thumbprint[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  REQUIRE(X509_digest(certificate.get(), EVP_sha256(), thumbprint, &size) == 1);
  CHECK(header.at("x5t#S256") == to_base64url({reinterpret_cast<const char*>(thumbprint), size}));
  CHECK(claims.at("aud") == "https://login.example/t/oauth2/v2.0/token");
  CHECK(claims.at("iss") == "app-1");
  CHECK(claims.at("sub") == "app-1");
  CHECK(claims.at("nbf") == 1'767'323'045);
  CHECK(claims.at("exp") == 1'767'323'645);
  const std::string signature = from_base64url(parts[2]).value();
  CHECK(verifies(app.certificate, parts[0] + "." + parts[1], signature));
  CHECK_FALSE(verifies(app.certificate, parts[0] + "." + parts[1] + "x", signature));
  const std::vector<std::string> again =
      split(signed_with(app.key + app.certificate).reveal(), '.');
  CHECK(json::parse(from_base64url(again.at(1)).value()).at("jti") != claims.at("jti"));
}

TEST_CASE("a certificate file that cannot sign says what it lacks") {
  const test::Authority authority("test authority");
  const test::Identity app = authority.issue({.common_name = "app", .key = test::KeyKind::rsa});
  const test::Identity other = authority.issue({.common_name = "other", .key = test::KeyKind::rsa});
  const std::string file = "the certificate file \"/app.pem\" ";
  CHECK(refusal("") == file + "holds no certificate in PEM form");
  CHECK(refusal(app.key) == file + "holds no certificate in PEM form");
  CHECK(refusal(app.certificate) == file + "holds no private key in PEM form");
  CHECK(refusal(app.certificate + other.key) ==
        file + "has a key that is not its first certificate's");
  const Key curve(EVP_EC_gen("P-256"), EVP_PKEY_free);
  CHECK(refusal(app.certificate + pem_of(curve.get(), nullptr)) ==
        file + "has a key that is not RSA, the only kind that Microsoft Entra takes");
}

TEST_CASE("an encrypted key opens by its password, and asks nobody for it") {
  const test::Authority authority("test authority");
  const test::Identity app = authority.issue({.common_name = "app", .key = test::KeyKind::rsa});
  const Bio bytes = bytes_of(app.key);
  const Key key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::string pem = app.certificate + pem_of(key.get(), "open sesame");
  CHECK_FALSE(signed_with(pem, "open sesame").empty());
  for (const std::string password : {"", "wrong"}) {
    CHECK(refusal(pem, password) ==
          "the certificate file \"/app.pem\" has an encrypted key that does not open");
  }
}

TEST_CASE("base64url is written and read") {
  for (const auto& [bytes, text] : {std::pair<std::string, std::string>{"", ""},
                                    {"f", "Zg"},
                                    {"fo", "Zm8"},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg"},
                                    {"\xFB\xFF\xFE", "-__-"}}) {
    CHECK(to_base64url(bytes) == text);
    CHECK(from_base64url(text) == bytes);
  }
  CHECK_FALSE(from_base64url("Zg+/"));
}

}  // namespace
}  // namespace itsmc::http
