// A certificate authority made in memory at every start.
#pragma once
#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace itsmc::sim {

enum class CertificateKind { valid, expired, wrong_host, self_signed };

using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

struct Identity {
  CertificatePtr certificate{nullptr, X509_free};
  KeyPtr key{nullptr, EVP_PKEY_free};
};

// The authority IS a CA with one server identity per kind, for 127.0.0.1, ::1 and localhost.
// Not thread-safe to make; reading is.
class Authority {
 public:
  Authority();
  [[nodiscard]] const Identity& identity(CertificateKind kind) const;
  [[nodiscard]] std::string ca_pem() const;

 private:
  Identity ca_, valid_, expired_, wrong_host_, self_signed_;
};

}  // namespace itsmc::sim
