#include "shared/server.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <httplib.h>

namespace itsmc::sim {
namespace {

constexpr std::size_t k_threads = 64;
constexpr int k_keep_alive_seconds = 20;
constexpr const char* k_encoding = "Content-Encoding";
// Under this name the library does not know it, and leaves the body packed.
constexpr const char* k_kept_encoding = "X-Itsmc-Sim-Content-Encoding";

Request request_of(const httplib::Request& in) {
  Request request;
  request.method = in.method;
  request.path = in.path;
  const auto mark = in.target.find('?');
  if (mark != std::string::npos) request.raw_query = in.target.substr(mark + 1);
  request.params = parse_query(request.raw_query);
  for (const auto& [name, value] : in.headers) {
    if (name != "REMOTE_ADDR" && name != "REMOTE_PORT" && name != "LOCAL_ADDR" &&
        name != "LOCAL_PORT") {
      request.headers.push_back({name == k_kept_encoding ? k_encoding : name, value});
    }
  }
  request.body = in.body;
  request.remote_port = in.remote_port;
  const std::string wanted = request.header("X-HTTP-Method-Override");
  if (!wanted.empty()) request.method = wanted;
  return request;
}

// Ends the connection with RST: an AF_UNSPEC connect drops a TCP connection at once. The library
// does not tell the socket of a request, so it is found by the peer's port.
void reset_connection(int remote_port) {
  for (int fd = 3; fd < 1024; ++fd) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != remote_port) continue;
    sockaddr nowhere{};
    nowhere.sa_family = AF_UNSPEC;
    connect(fd, &nowhere, sizeof nowhere);
    return;
  }
}

// Sends `body`, in pieces when it is to be slow, and ends it as the reply says.
bool send_body(const Reply& reply, int remote_port, httplib::DataSink& sink) {
  const std::string& body = *reply.body;
  const std::size_t size =
      reply.end == BodyEnd::complete ? body.size() : std::min(body.size(), reply.cut_after);
  const std::size_t pieces = reply.pause.count() > 0 ? 20 : 1;
  const std::size_t piece = std::max<std::size_t>(1, (size + pieces - 1) / pieces);
  for (std::size_t at = 0; at < size; at += piece) {
    if (pieces > 1) std::this_thread::sleep_for(reply.pause / pieces);
    if (!sink.write(body.data() + at, std::min(piece, size - at))) return false;
  }
  if (reply.end == BodyEnd::complete) return true;
  if (reply.end == BodyEnd::reset) reset_connection(remote_port);
  return false;
}

void stream_body(const std::shared_ptr<Reply>& reply, httplib::Response& out) {
  out.set_chunked_content_provider(
      reply->content_type, [reply](std::size_t, httplib::DataSink& sink) {
        std::string buffer;
        const auto flush = [&] {
          const bool sent = buffer.empty() || sink.write(buffer.data(), buffer.size());
          buffer.clear();
          return sent;
        };
        reply->stream([&](std::string_view piece) {
          buffer += piece;
          return buffer.size() < 65536 || flush();
        });
        flush();
        sink.done();
        return true;
      });
}

// The library would inflate a packed body, slowly and out of the product's sight.
void keep_packed(httplib::Request& in) {
  const auto found = in.headers.find(k_encoding);
  if (found == in.headers.end()) return;
  in.headers.emplace(k_kept_encoding, found->second);
  in.headers.erase(k_encoding);
}

void send_reply(const httplib::Request& in, Reply made, httplib::Response& out) {
  const auto reply = std::make_shared<Reply>(std::move(made));
  if (reply->delay.count() > 0) std::this_thread::sleep_for(reply->delay);
  if (reply->end == BodyEnd::unsent) {
    reset_connection(in.remote_port);
    reply->end = BodyEnd::closed;
  }
  out.status = reply->status;
  for (const auto& [name, value] : reply->headers) out.headers.emplace(name, value);
  if (reply->stream) {
    stream_body(reply, out);
  } else if (reply->body_size() == 0) {
    if (reply->status != 204 && !reply->content_type.empty()) {
      out.set_header("Content-Type", reply->content_type);
    }
  } else if (reply->chunked) {
    out.set_chunked_content_provider(
        reply->content_type, [reply, port = in.remote_port](std::size_t, httplib::DataSink& sink) {
          if (!send_body(*reply, port, sink)) return false;
          sink.done();
          return true;
        });
  } else {
    // A provider of known length keeps the library from compressing the body itself.
    out.set_content_provider(
        reply->body_size(), reply->content_type,
        [reply, port = in.remote_port](std::size_t, std::size_t, httplib::DataSink& sink) {
          return send_body(*reply, port, sink);
        });
  }
}

int choose_certificate(SSL* ssl, void* chooser) {
  const auto& options = *static_cast<const ServerOptions*>(chooser);
  const Identity& identity = options.authority->identity(options.certificate());
  SSL_certs_clear(ssl);
  return SSL_use_certificate(ssl, identity.certificate.get()) == 1 &&
                 SSL_use_PrivateKey(ssl, identity.key.get()) == 1
             ? 1
             : 0;
}

}  // namespace

struct Server::State {
  ServerOptions options;
  Answer answer;
  std::unique_ptr<httplib::Server> http;
  int port = 0;
  std::thread thread;

  httplib::Server::HandlerResponse before_body(const httplib::Request& in, httplib::Response& out) {
    // The library hands its own request, which is not const, through a const reference.
    if (!options.inflates) keep_packed(const_cast<httplib::Request&>(in));
    if (!options.cuts_upload || !options.cuts_upload(request_of(in))) {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    reset_connection(in.remote_port);
    out.set_header("Connection", "close");
    return httplib::Server::HandlerResponse::Handled;
  }

  void make_http() {
    if (!options.authority) {
      http = std::make_unique<httplib::Server>();
      return;
    }
    http = std::make_unique<httplib::SSLServer>([this](SSL_CTX& context) {
      SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
      SSL_CTX_set_cert_cb(&context, choose_certificate, &options);
      return true;
    });
  }

  void configure() {
    http->new_task_queue = [] { return new httplib::ThreadPool(k_threads); };
    // The library's default shares the port with a second server, which takes half the requests.
    http->set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    http->set_tcp_nodelay(true);
    http->set_keep_alive_max_count(1'000'000);
    http->set_keep_alive_timeout(k_keep_alive_seconds);
    http->set_read_timeout(30);
    http->set_write_timeout(30);
    http->set_pre_routing_handler([this](const httplib::Request& in, httplib::Response& out) {
      return before_body(in, out);
    });
    const auto handler = [this](const httplib::Request& in, httplib::Response& out) {
      Request request = request_of(in);
      if (options.authority) request.scheme = "https";
      send_reply(in, answer(request), out);
    };
    http->Get(".*", handler).Post(".*", handler).Put(".*", handler).Patch(".*", handler);
    http->Delete(".*", handler).Options(".*", handler);
  }
};

Server::Server(const ServerOptions& options, Answer answer) : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->answer = std::move(answer);
  state_->make_http();
  state_->configure();
  constexpr const char* k_host = "127.0.0.1";
  const bool any = options.port == 0;
  state_->port = any ? state_->http->bind_to_any_port(k_host) : options.port;
  if (state_->port <= 0 || (!any && !state_->http->bind_to_port(k_host, options.port))) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot listen on port " + std::to_string(options.port));
  }
  state_->thread = std::thread([this] { state_->http->listen_after_bind(); });
  while (!state_->http->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

Server::~Server() {
  state_->http->stop();
  state_->thread.join();
}

int Server::port() const {
  return state_->port;
}

}  // namespace itsmc::sim
