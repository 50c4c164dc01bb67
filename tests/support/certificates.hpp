#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "itsmc/core/time.hpp"

namespace itsmc::test {

/// A key and its certificate as PEM text.
struct Identity {
  std::string certificate, key;
};

enum class KeyKind { curve, rsa };  // RSA takes a hundred times as long to make

/// What a certificate says.
struct CertificateWish {
  std::string common_name = "localhost";
  std::string alternative_names = "DNS:localhost,IP:127.0.0.1";  // OpenSSL's syntax
  std::chrono::seconds begins{-3600}, ends{24L * 3600};          // from now
  KeyKind key = KeyKind::curve;
};

/// A certificate authority made for one test.
class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  [[nodiscard]] std::string certificate() const;
  [[nodiscard]] Identity issue(const CertificateWish& wish) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace itsmc::test
