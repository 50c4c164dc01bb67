#include "entra/signing_key.hpp"

#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "shared/message.hpp"

namespace itsmc::sim::entra {
namespace {

constexpr std::string_view k_key_id = "itsmc-sim-1";

std::string number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) throw std::runtime_error("RSA key unreadable");
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(raw, BN_free);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return base64url(bytes);
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string text = encode_base64(bytes);
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (auto& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

std::string decode_base64url(std::string_view text) {
  std::string padded(text);
  for (auto& c : padded) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (padded.size() % 4 != 0) padded += '=';
  return decode_base64(padded);
}

std::string SigningKey::public_pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PUBKEY(memory.get(), key_.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

SigningKey::SigningKey() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) {
  if (!key_) throw std::runtime_error("cannot make an RSA key");
}

const SigningKey& SigningKey::instance() {
  static const SigningKey key;
  return key;
}

std::string SigningKey::sign(std::string_view payload) const {
  const std::string header =
      fmt::format(R"({{"typ":"JWT","alg":"RS256","x5t":"{0}","kid":"{0}"}})", k_key_id);
  std::string token = base64url(header) + "." + base64url(payload);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(token.data());
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, bytes, token.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                 token.size());
  signature.resize(size);
  return token + "." + base64url(signature);
}

std::string SigningKey::key_set() const {
  return fmt::format(
      R"({{"keys":[{{"kty":"RSA","use":"sig","alg":"RS256","kid":"{0}","x5t":"{0}","n":"{1}",)"
      R"("e":"{2}"}}]}})",
      k_key_id, number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N),
      number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E));
}

}  // namespace itsmc::sim::entra
