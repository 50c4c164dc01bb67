#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace itsmc::http {

inline constexpr const char* k_libcrypto_soname = "libcrypto.so.3";

/// The functions of OpenSSL that sign with a certificate, found when one first signs: nothing else
/// pays for mapping the library (as CurlLibrary). Immutable; any thread.
struct CryptoLibrary {
  decltype(&BIO_new_mem_buf) bio_new_mem_buf = nullptr;
  decltype(&BIO_free) bio_free = nullptr;
  decltype(&PEM_read_bio_X509) read_certificate = nullptr;
  decltype(&PEM_read_bio_PrivateKey) read_key = nullptr;
  decltype(&X509_free) x509_free = nullptr;
  decltype(&X509_digest) x509_digest = nullptr;
  decltype(&X509_check_private_key) x509_check_private_key = nullptr;
  decltype(&EVP_PKEY_free) evp_pkey_free = nullptr;
  decltype(&EVP_PKEY_get_base_id) evp_pkey_get_base_id = nullptr;
  decltype(&EVP_sha256) evp_sha256 = nullptr;
  decltype(&EVP_MD_CTX_new) evp_md_ctx_new = nullptr;
  decltype(&EVP_MD_CTX_free) evp_md_ctx_free = nullptr;
  decltype(&EVP_DigestSignInit) evp_digestsigninit = nullptr;
  decltype(&EVP_DigestSign) evp_digestsign = nullptr;
  decltype(&EVP_PKEY_CTX_set_rsa_padding) evp_pkey_ctx_set_rsa_padding = nullptr;
  decltype(&EVP_PKEY_CTX_set_rsa_pss_saltlen) evp_pkey_ctx_set_rsa_pss_saltlen = nullptr;
  decltype(&RAND_bytes) rand_bytes = nullptr;
};

/// Opened once in the process's life, never closed. Throws Error(unforeseen) when it is missing.
[[nodiscard]] const CryptoLibrary& crypto_library();

}  // namespace itsmc::http
