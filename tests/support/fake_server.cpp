#include "support/fake_server.hpp"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "itsmc/core/text.hpp"

namespace itsmc::test {
namespace {

using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("fake server: ") + what);
}

std::size_t announced_body(std::string_view head) {
  for (const std::string& line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || !iequals(line.substr(0, colon), "Content-Length")) continue;
    const std::string_view value = trim(std::string_view(line).substr(colon + 1));
    std::size_t size = 0;
    std::from_chars(value.data(), value.data() + value.size(), size);
    return size;
  }
  return 0;
}

class SocketConnection : public ServerConnection {
 public:
  SocketConnection(FakeServer& server, int descriptor, int number, std::stop_token stop)
      : server_(server), descriptor_(descriptor), number_(number), stop_(std::move(stop)) {}

  bool shake_hands(SSL_CTX* context) {
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), descriptor_);
    return SSL_accept(ssl_.get()) == 1;
  }
  void end() {
    if (ssl_ && !reset_) SSL_shutdown(ssl_.get());
  }

  std::optional<std::string> read_request() override {
    for (;;) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t size = end + 4 + announced_body(pending_.substr(0, end));
        if (pending_.size() >= size) {
          std::string request = pending_.substr(0, size);
          pending_.erase(0, size);
          server_.note(request);
          return request;
        }
      }
      char bytes[4096];
      const long got = ssl_ ? SSL_read(ssl_.get(), bytes, sizeof bytes)
                            : ::recv(descriptor_, bytes, sizeof bytes, 0);
      if (got <= 0) return std::nullopt;
      pending_.append(bytes, static_cast<std::size_t>(got));
    }
  }
  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const long sent =
          ssl_ ? SSL_write(ssl_.get(), bytes.data(),
                           static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U)))
               : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void reset() override {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    reset_ = true;
  }
  void wait(std::chrono::milliseconds time) override {
    std::mutex mutex;
    std::unique_lock hold(mutex);
    std::condition_variable_any never;
    never.wait_for(hold, stop_, time, [] { return false; });
  }
  int number() const noexcept override { return number_; }

 private:
  FakeServer& server_;
  int descriptor_;
  int number_;
  std::stop_token stop_;
  Ssl ssl_{nullptr, &SSL_free};
  std::string pending_;
  bool reset_ = false;
};

int listen_somewhere() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(listener >= 0, "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  require(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  require(::listen(listener, 64) == 0, "listen");
  return listener;
}

int port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  require(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0, "port");
  return ntohs(address.sin_port);
}

/// OpenSSL writes without MSG_NOSIGNAL; only in our threads, so that the client's own stay honest.
void block_sigpipe() {
  sigset_t pipes;
  sigemptyset(&pipes);
  sigaddset(&pipes, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipes, nullptr);
}

}  // namespace

struct FakeServer::TlsContext {
  explicit TlsContext(const Identity& identity)
      : context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    BIO* certificate_bytes = BIO_new_mem_buf(identity.certificate.data(), -1);
    X509* certificate = PEM_read_bio_X509(certificate_bytes, nullptr, nullptr, nullptr);
    BIO* key_bytes = BIO_new_mem_buf(identity.key.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bytes, nullptr, nullptr, nullptr);
    const bool done = SSL_CTX_use_certificate(context.get(), certificate) == 1 &&
                      SSL_CTX_use_PrivateKey(context.get(), key) == 1;
    EVP_PKEY_free(key);
    X509_free(certificate);
    BIO_free(key_bytes);
    BIO_free(certificate_bytes);
    require(done, "identity");
  }
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context;
};

FakeServer::FakeServer(Script script, std::optional<Identity> tls)
    : script_(std::move(script)), listener_(listen_somewhere()), port_(port_of(listener_)) {
  if (tls) tls_ = std::make_unique<TlsContext>(*tls);
  acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_until(stop); });
}

FakeServer::~FakeServer() {
  acceptor_.request_stop();
  acceptor_.join();
  ::close(listener_);
  {
    const std::scoped_lock hold(mutex_);
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  for (std::jthread& worker : workers_) worker.request_stop();
  workers_.clear();
}

std::string FakeServer::url(std::string_view path, std::string_view host) const {
  return fmt::format("{}://{}:{}{}", tls_ ? "https" : "http", host, port_, path);
}

std::vector<std::string> FakeServer::requests() const {
  const std::scoped_lock hold(mutex_);
  return requests_;
}

void FakeServer::note(const std::string& request) {
  const std::scoped_lock hold(mutex_);
  requests_.push_back(request);
}

void FakeServer::accept_until(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0) continue;
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) continue;
    const int number = ++connections_;
    const std::scoped_lock hold(mutex_);
    open_.push_back(descriptor);
    workers_.emplace_back([this, descriptor, number](const std::stop_token& ending) {
      serve(descriptor, number, ending);
    });
  }
}

void FakeServer::serve(int descriptor, int number, const std::stop_token& stop) {
  block_sigpipe();
  {
    SocketConnection connection(*this, descriptor, number, stop);
    if (!tls_ || connection.shake_hands(tls_->context.get())) script_(connection);
    connection.end();
  }
  const std::scoped_lock hold(mutex_);
  open_.remove(descriptor);
  ::close(descriptor);
}

std::string http_answer(std::string_view body, const std::vector<std::string>& headers,
                        std::string_view status) {
  std::string answer = fmt::format("HTTP/1.1 {}\r\n", status);
  for (const std::string& header : headers) answer += header + "\r\n";
  answer += fmt::format("Content-Length: {}\r\n\r\n", body.size());
  answer += body;
  return answer;
}

std::string chunked_answer(const std::vector<std::string>& pieces) {
  std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& piece : pieces) {
    answer += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
  }
  return answer + "0\r\n\r\n";
}

int unused_port() {
  const int listener = listen_somewhere();
  const int port = port_of(listener);
  ::close(listener);
  return port;
}

}  // namespace itsmc::test
