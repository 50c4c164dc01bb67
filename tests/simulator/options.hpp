// The command line of itsmc-sim.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace itsmc::sim {

struct Options {
  std::string product;
  int port = 0;
  bool tls = false;
  std::string cert_dir;
  std::string log;
  std::string at = "2016-06-10 12:00";
  std::uint64_t generate = 0;
  std::uint64_t seed = 1;
  std::int64_t latency_ms = 0;
  std::int64_t cache_mb = 1024;
  std::int64_t lockout = 5;
  int gzip_level = 2;
  std::string user, password_file, client_id, client_secret_file, foreign_name;
  std::vector<std::string> faults;
  bool help = false;
  bool help_faults = false;
};

// Throws std::runtime_error naming the option that cannot be read.
Options parse_options(const std::vector<std::string>& arguments);
std::string help_text();

}  // namespace itsmc::sim
