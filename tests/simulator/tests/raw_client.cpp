#include "raw_client.hpp"

#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/message.hpp"

namespace itsmc::sim::test {
namespace {

int connected(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    throw std::runtime_error("cannot connect");
  }
  return fd;
}

}  // namespace

RawAnswer talk(int port, const std::string& request) {
  const int fd = connected(port);
  RawAnswer answer;
  char buffer[65536];
  if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) answer.reset = true;
  while (true) {
    const auto size = recv(fd, buffer, sizeof buffer, 0);
    if (size < 0) answer.reset = errno == ECONNRESET;
    if (size <= 0) break;
    answer.bytes.append(buffer, static_cast<std::size_t>(size));
  }
  close(fd);
  return answer;
}

RawAnswer raw_get(int port, const std::string& target, const std::string& headers) {
  const std::string credentials = encode_base64("itsmc.integration:pass word+&%=\xc3\xa9");
  return talk(port, "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
                        "Authorization: Basic " + credentials + "\r\n" + headers + "\r\n");
}

std::string tls_problem(int port, const std::string& ca_pem, const std::string& host) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  BIO* memory = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
  X509* ca = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL* ssl = SSL_new(context);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  const int fd = connected(port);
  SSL_set_fd(ssl, fd);
  const bool good = SSL_connect(ssl) == 1;
  const long result = SSL_get_verify_result(ssl);
  const std::string problem = result != X509_V_OK ? X509_verify_cert_error_string(result)
                              : good              ? ""
                                                  : "no handshake";
  SSL_free(ssl);
  close(fd);
  X509_free(ca);
  BIO_free(memory);
  SSL_CTX_free(context);
  return problem;
}

}  // namespace itsmc::sim::test
