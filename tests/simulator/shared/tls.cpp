#include "shared/tls.hpp"

#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace itsmc::sim {
namespace {

struct CertificatePlan {
  const char* common_name;
  const char* alternative_names;  // nullptr: none, a CA
  long from_days;
  long until_days;
};

KeyPtr new_key() {
  return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void add_extension(X509* certificate, X509* issuer, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
  if (!extension) throw std::runtime_error("cannot make a certificate extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void set_serial(X509* certificate) {
  unsigned char bytes[8];
  RAND_bytes(bytes, sizeof bytes);
  bytes[0] &= 0x7f;
  BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

Identity issue(const CertificatePlan& plan, const Identity* issuer) {
  Identity identity;
  identity.key = new_key();
  identity.certificate.reset(X509_new());
  X509* certificate = identity.certificate.get();
  X509_set_version(certificate, 2);
  set_serial(certificate);
  X509_gmtime_adj(X509_getm_notBefore(certificate), plan.from_days * 86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), plan.until_days * 86400);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(plan.common_name), -1, -1, 0);
  X509* parent = issuer ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(parent));
  X509_set_pubkey(certificate, identity.key.get());
  const bool is_ca = plan.alternative_names == nullptr;
  add_extension(certificate, parent, NID_basic_constraints,
                is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension(certificate, parent, NID_subject_key_identifier, "hash");
  if (is_ca) {
    add_extension(certificate, parent, NID_key_usage, "critical,keyCertSign,cRLSign");
  } else {
    add_extension(certificate, parent, NID_key_usage, "critical,digitalSignature");
    add_extension(certificate, parent, NID_ext_key_usage, "serverAuth");
    add_extension(certificate, parent, NID_subject_alt_name, plan.alternative_names);
  }
  X509_sign(certificate, issuer ? issuer->key.get() : identity.key.get(), EVP_sha256());
  return identity;
}

constexpr const char* k_loopback = "DNS:localhost,IP:127.0.0.1,IP:::1";

}  // namespace

Authority::Authority()
    : ca_(issue({"itsmc simulator CA", nullptr, -1, 3650}, nullptr)),
      valid_(issue({"localhost", k_loopback, -1, 365}, &ca_)),
      expired_(issue({"localhost", k_loopback, -400, -2}, &ca_)),
      wrong_host_(issue({"other.example", "DNS:other.example", -1, 365}, &ca_)),
      self_signed_(issue({"localhost", k_loopback, -1, 365}, nullptr)) {}

const Identity& Authority::identity(CertificateKind kind) const {
  switch (kind) {
    case CertificateKind::expired:
      return expired_;
    case CertificateKind::wrong_host:
      return wrong_host_;
    case CertificateKind::self_signed:
      return self_signed_;
    case CertificateKind::valid:
      break;
  }
  return valid_;
}

std::string Authority::ca_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, ca_.certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

}  // namespace itsmc::sim
