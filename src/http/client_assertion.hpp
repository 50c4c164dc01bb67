#pragma once

#include <string>
#include <string_view>

#include "itsmc/core/secret.hpp"
#include "itsmc/core/time.hpp"

namespace itsmc::http {

/// A certificate with its RSA key, both in one PEM file, and where the file stands for messages.
struct CertificateFile {
  std::string path;
  Secret pem;
  Secret password;  // of the key; empty: the key is not encrypted
};

/// What an assertion says. The audience is the token endpoint's url.
struct AssertionClaims {
  std::string client_id, audience;
  Timestamp now;
};

/// A JSON Web Token that proves that we have the certificate's key: PS256, named by x5t#S256, good
/// for ten minutes, with a number of its own (azure reference 1.1). Any thread. Throws Error(auth)
/// for a file without certificate or key, a key that is encrypted, not RSA or of another
/// certificate; Error(unforeseen) when OpenSSL is missing.
[[nodiscard]] Secret sign_assertion(const CertificateFile& file, const AssertionClaims& claims);

}  // namespace itsmc::http
