#include "http/crypto_library.hpp"

#include "core/shared_library.hpp"

namespace itsmc::http {
namespace {

CryptoLibrary open_library() {
  const SharedLibrary library(k_libcrypto_soname, "apt install libssl3");
  CryptoLibrary crypto;
  library.find("BIO_new_mem_buf", crypto.bio_new_mem_buf);
  library.find("BIO_free", crypto.bio_free);
  library.find("PEM_read_bio_X509", crypto.read_certificate);
  library.find("PEM_read_bio_PrivateKey", crypto.read_key);
  library.find("X509_free", crypto.x509_free);
  library.find("X509_digest", crypto.x509_digest);
  library.find("X509_check_private_key", crypto.x509_check_private_key);
  library.find("EVP_PKEY_free", crypto.evp_pkey_free);
  library.find("EVP_PKEY_get_base_id", crypto.evp_pkey_get_base_id);
  library.find("EVP_sha256", crypto.evp_sha256);
  library.find("EVP_MD_CTX_new", crypto.evp_md_ctx_new);
  library.find("EVP_MD_CTX_free", crypto.evp_md_ctx_free);
  library.find("EVP_DigestSignInit", crypto.evp_digestsigninit);
  library.find("EVP_DigestSign", crypto.evp_digestsign);
  library.find("EVP_PKEY_CTX_set_rsa_padding", crypto.evp_pkey_ctx_set_rsa_padding);
  library.find("EVP_PKEY_CTX_set_rsa_pss_saltlen", crypto.evp_pkey_ctx_set_rsa_pss_saltlen);
  library.find("RAND_bytes", crypto.rand_bytes);
  return crypto;
}

}  // namespace

const CryptoLibrary& crypto_library() {
  static const CryptoLibrary k_library = open_library();
  return k_library;
}

}  // namespace itsmc::http
