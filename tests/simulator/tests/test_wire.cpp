// What only shows on a socket.
#include <atomic>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"
#include "raw_client.hpp"
#include "shared/server.hpp"

namespace itsmc::sim::test {
namespace {

constexpr const char* k_list = "/api/now/table/incident?sysparm_limit=10";

// An instance behind a listening socket.
struct Listening {
  Listening() {
    on.service.fill_generated(50, 1);
    server.emplace(ServerOptions{},
                   [this](const Request& request) { return on.front.answer(request); });
  }
  InstanceOnTest on;
  std::optional<Server> server;
};

std::string body_of(const RawAnswer& answer) {
  const auto end = answer.bytes.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.bytes.substr(end + 4);
}

std::size_t announced(const RawAnswer& answer) {
  const std::string name = "Content-Length: ";
  const auto at = answer.bytes.find(name);
  return at == std::string::npos ? 0 : std::stoul(answer.bytes.substr(at + name.size()));
}

}  // namespace

TEST_CASE("a page arrives whole, packed when asked for, in chunks when switched so") {
  Listening it;
  const auto plain = raw_get(it.server->port(), k_list);
  CHECK(plain.bytes.starts_with("HTTP/1.1 200"));
  CHECK(nlohmann::json::parse(body_of(plain))["result"].size() == 10);
  CHECK(plain.bytes.find("Content-Encoding") == std::string::npos);
  const auto packed = raw_get(it.server->port(), k_list, "Accept-Encoding: gzip\r\n");
  CHECK(packed.bytes.find("Content-Encoding: gzip") != std::string::npos);
  CHECK(body_of(packed).substr(0, 2) == "\x1f\x8b");
  CHECK(body_of(packed).size() == announced(packed));
  it.on.control("fault?name=chunked");
  const auto chunked = raw_get(it.server->port(), k_list);
  CHECK(chunked.bytes.find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(chunked.bytes.ends_with("0\r\n\r\n"));
}

TEST_CASE("a cut body ends with RST or with an early close") {
  Listening it;
  it.on.control("fault?name=reset-mid-body&count=1");
  const auto reset = raw_get(it.server->port(), k_list);
  CHECK(reset.reset);
  it.on.control("fault?name=close-mid-body&count=1");
  const auto closed = raw_get(it.server->port(), k_list);
  CHECK_FALSE(closed.reset);
  CHECK(body_of(closed).size() == announced(closed) / 2);
  it.on.control("fault?name=lost-answer&count=1");
  CHECK(raw_get(it.server->port(), k_list).reset);
  CHECK(raw_get(it.server->port(), k_list).bytes.starts_with("HTTP/1.1 200"));
}

TEST_CASE("control answers on the same port, lists stream") {
  Listening it;
  const auto truth = raw_get(it.server->port(), "/__control/truth?table=incident");
  CHECK(truth.bytes.find("application/x-ndjson") != std::string::npos);
  CHECK(truth.bytes.find("\"sys_mod_count\"") != std::string::npos);
  const auto counters = raw_get(it.server->port(), "/__control/counters");
  CHECK(nlohmann::json::parse(body_of(counters))["requests"] == 0);
}

TEST_CASE("the certificate is the simulator's own, or as bad as a fault says") {
  const Authority authority;
  std::atomic<CertificateKind> kind = CertificateKind::valid;
  ServerOptions options;
  options.authority = &authority;
  options.certificate = [&kind] { return kind.load(); };
  const Server server(options, [](const Request&) { return json_reply(200, "{}"); });
  const std::string ca = authority.ca_pem();
  CHECK(tls_problem(server.port(), ca, "127.0.0.1").empty());
  kind = CertificateKind::expired;
  CHECK(tls_problem(server.port(), ca, "127.0.0.1") == "certificate has expired");
  kind = CertificateKind::wrong_host;
  CHECK(tls_problem(server.port(), ca, "127.0.0.1") == "IP address mismatch");
  kind = CertificateKind::self_signed;
  CHECK_FALSE(tls_problem(server.port(), ca, "127.0.0.1").empty());
}

}  // namespace itsmc::sim::test
