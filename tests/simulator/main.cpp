// itsmc-sim: starts one simulated product and serves it until told to end.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "options.hpp"
#include "products.hpp"
#include "shared/compress.hpp"
#include "shared/server.hpp"

namespace {

using namespace itsmc::sim;

CertificateKind certificate_now(const Faults& faults) {
  if (faults.peek("tls-expired").first) return CertificateKind::expired;
  if (faults.peek("tls-wrong-host").first) return CertificateKind::wrong_host;
  if (faults.peek("tls-self-signed").first) return CertificateKind::self_signed;
  return CertificateKind::valid;
}

std::string write_ca(const Authority& authority, const Options& options) {
  std::filesystem::path directory = options.cert_dir;
  if (directory.empty()) {
    directory = std::filesystem::temp_directory_path() / fmt::format("itsmc-sim-{}", getpid());
  }
  std::filesystem::create_directories(directory);
  write_file(directory / "ca.pem", authority.ca_pem());
  return directory / "ca.pem";
}

void wait_for_signal() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  int received = 0;
  sigwait(&wanted, &received);
}

void block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  sigprocmask(SIG_BLOCK, &wanted, nullptr);
}

// Ends with the process that started it, so that a killed test leaves nothing behind.
void end_with_parent() {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) std::_Exit(0);
}

void announce(int port, int control_port, const std::optional<std::string>& ca_file) {
  fmt::print(
      "{{\"url\":\"{}://127.0.0.1:{}\",\"control\":\"http://127.0.0.1:{}/__control\","
      "\"ca_file\":{},\"pid\":{}}}\n",
      ca_file ? "https" : "http", port, control_port, ca_file ? quote_json(*ca_file) : "null",
      getpid());
  std::fflush(stdout);
}

int serve(const ProductEntry& entry, const Options& options) {
  Bench bench(entry.fault_names());
  bench.latency_ms = options.latency_ms;
  if (options.stopped_clock) {
    bench.clock.follow({[at = bench.clock.now_ms()] { return at; }, &steady_milliseconds});
  }
  for (const auto& fault : options.faults) {
    if (!bench.faults.set_text(fault)) throw std::runtime_error("unknown fault '" + fault + "'");
  }
  const auto product = entry.start(bench, options);
  Front front(*product, bench);
  const Answer answer = [&front](const Request& request) { return front.answer(request); };
  ServerOptions server_options{options.port, nullptr,
                               [&] { return certificate_now(bench.faults); }};
  server_options.inflates = product->packed_body() == PackedBody::inflated;
  server_options.cuts_upload = [&product](const Request& head) {
    return product->cuts_upload(head);
  };
  std::optional<Authority> authority;
  std::optional<std::string> ca_file;
  std::optional<Server> control;
  if (options.tls) {
    authority.emplace();
    server_options.authority = &*authority;
    ca_file = write_ca(*authority, options);
    control.emplace(ServerOptions{}, answer);
  }
  const Server server(server_options, answer);
  announce(server.port(), control ? control->port() : server.port(), ca_file);
  wait_for_signal();
  if (ca_file && options.cert_dir.empty()) {
    std::filesystem::remove_all(std::filesystem::path(*ca_file).parent_path());
  }
  std::_Exit(0);  // connections that are kept alive would hold an orderly end up
}

void print_faults(const ProductEntry& entry) {
  for (const auto& fault : entry.fault_names()) {
    const std::string name =
        std::string(fault.name) + (fault.argument.empty() ? "" : "=" + std::string(fault.argument));
    fmt::print("{:<44} {}\n", name, fault.text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse_options({argv + 1, argv + argc});
    if (options.help || options.product.empty()) {
      std::cout << help_text();
      return options.help ? 0 : 2;
    }
    const ProductEntry* entry = find_product(options.product);
    if (!entry) throw std::runtime_error(unknown_product(options.product));
    if (options.help_faults) {
      print_faults(*entry);
      return 0;
    }
    block_signals();
    end_with_parent();
    return serve(*entry, options);
  } catch (const std::exception& error) {
    std::cerr << "itsmc-sim: " << error.what() << '\n';
    return 2;
  }
}
