// The HTTP server below a product: loopback only, plain or TLS.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "shared/message.hpp"
#include "shared/tls.hpp"

namespace itsmc::sim {

using Answer = std::function<Reply(const Request&)>;

struct ServerOptions {
  int port = 0;                          // 0: any free one
  const Authority* authority = nullptr;  // TLS when set; must outlive the server
  // Asked at every handshake.
  std::function<CertificateKind()> certificate = [] { return CertificateKind::valid; };
  bool inflates = true;  // packed request bodies
  // Asked with a request's head before its body is read; true resets the connection.
  std::function<bool(const Request&)> cuts_upload = nullptr;
};

// A server IS one listening socket with a thread per connection (at most 64). Start and stop it
// from one thread; `answer` is called from many. Stops in its destructor.
class Server {
 public:
  // Binds and listens; throws std::runtime_error when the port is taken.
  Server(const ServerOptions& options, Answer answer);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  [[nodiscard]] int port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace itsmc::sim
