#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/certificates.hpp"

namespace itsmc::test {

/// One accepted connection, as a test's script sees it. Used in that connection's thread.
class ServerConnection {
 public:
  virtual ~ServerConnection() = default;
  /// The next request, header and body; absent when the client has gone.
  [[nodiscard]] virtual std::optional<std::string> read_request() = 0;
  /// False when the client has gone.
  virtual bool write(std::string_view bytes) = 0;
  /// Ends the connection with a RST instead of a FIN.
  virtual void reset() = 0;
  /// Real time; shorter when the server ends.
  virtual void wait(std::chrono::milliseconds time) = 0;
  /// The how-many-eth connection of the server, from 1.
  [[nodiscard]] virtual int number() const noexcept = 0;
};

/// A server on 127.0.0.1 whose every byte a script decides: for what a good server never does. Each
/// connection runs the script in a thread of its own; when it returns, the connection is closed.
class FakeServer {
 public:
  using Script = std::function<void(ServerConnection&)>;
  explicit FakeServer(Script script, std::optional<Identity> tls = std::nullopt);
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  ~FakeServer();

  [[nodiscard]] int port() const noexcept { return port_; }
  /// "http://127.0.0.1:4711" + path; https when it has an identity.
  [[nodiscard]] std::string url(std::string_view path = "",
                                std::string_view host = "127.0.0.1") const;
  [[nodiscard]] int connections() const noexcept { return connections_; }
  /// What read_request returned so far, on all connections.
  [[nodiscard]] std::vector<std::string> requests() const;

  /// For its connections.
  void note(const std::string& request);

 private:
  struct TlsContext;
  void accept_until(const std::stop_token& stop);
  void serve(int descriptor, int number, const std::stop_token& stop);

  Script script_;
  std::unique_ptr<TlsContext> tls_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::list<int> open_;
  std::vector<std::jthread> workers_;
  std::jthread acceptor_;
};

/// "HTTP/1.1 200 OK" with these header lines (each "Name: value"), Content-Length and the body.
[[nodiscard]] std::string http_answer(std::string_view body,
                                      const std::vector<std::string>& headers = {},
                                      std::string_view status = "200 OK");
/// Each piece as one chunk, and the last, empty one.
[[nodiscard]] std::string chunked_answer(const std::vector<std::string>& pieces);
/// A port of 127.0.0.1 on which nobody listens.
[[nodiscard]] int unused_port();

}  // namespace itsmc::test
