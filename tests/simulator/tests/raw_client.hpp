// A client of bytes: sees what a library would hide.
#pragma once
#include <string>

namespace itsmc::sim::test {

struct RawAnswer {
  std::string bytes;
  bool reset = false;  // the connection ended with RST
};

// Sends the text to 127.0.0.1:port and reads until the end of the connection.
RawAnswer talk(int port, const std::string& request);
// A GET with Connection: close and Basic sign-in.
RawAnswer raw_get(int port, const std::string& target, const std::string& headers = "");

// What a TLS client that trusts `ca_pem` and wants `host` finds: "" or OpenSSL's reason.
std::string tls_problem(int port, const std::string& ca_pem, const std::string& host);

}  // namespace itsmc::sim::test
