// The command line of itsmc-sim.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/credentials.hpp"

namespace itsmc::sim {

struct Options {
  std::string product;
  int port = 0;
  bool tls = false;
  std::string cert_dir;
  std::string items;
  std::string log;
  std::string at = "2016-06-10 12:00";
  std::uint64_t generate = 0;
  std::uint64_t seed = 1;
  std::int64_t latency_ms = 0;
  std::int64_t cache_mb = 1024;
  std::int64_t lockout = 5;
  int gzip_level = 2;
  std::string user, password_file, client_id, client_secret_file, foreign_name;
  // Of Entra; the name and the id say the same.
  std::string tenant = "contoso.onmicrosoft.com";
  std::string tenant_id = "7f0c2d8e-5b3a-4c61-9e42-d1a6b80f3c97";
  // Of Azure.
  std::string cloud = "public";
  bool drop_rows = false;
  bool stopped_clock = false;
  std::string client_certificate;
  std::vector<std::string> faults;
  bool help = false;
  bool help_faults = false;
};

// Throws std::runtime_error naming the option that cannot be read.
Options parse_options(const std::vector<std::string>& arguments);
std::string help_text();
/// What is said of a product that there is not: those there are.
std::string unknown_product(const std::string& name);
// The defaults with what the command line says otherwise; reads the files it names. Throws
// std::runtime_error.
Credentials credentials_from(const Options& options);

}  // namespace itsmc::sim
