#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "itsmc/core/files.hpp"
#include "itsmc/core/log.hpp"
#include "itsmc/core/time.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::client {

/// The outside world, made once by main and once by every test. Outlives every call it is given to.
struct Platform {
  Clock& clock;
  std::function<std::unique_ptr<http::Transport>(const http::TransportOptions&)> new_transport;
  std::function<std::optional<std::string>(const std::string&)> getenv;
  std::filesystem::path config_dir, data_dir, state_dir;
  Log log;
  std::function<double()> jitter;  // [0,1)
  std::function<std::string()> new_run_id;
  std::string process;  // "itsmc sync run (pid 4711)": what a lock says of us
  std::stop_token stop;
  /// Names of all variables of the environment; empty function: none but those asked for by name.
  std::function<std::vector<std::string>()> environment_names = {};
  std::filesystem::path program = {};  // what a schedule starts; empty: found by its name
  /// What the user's umask leaves a new file that other programs read; the process's own is
  /// stricter, for secrets.
  FileMode readable_mode{0644};
};

}  // namespace itsmc::client
