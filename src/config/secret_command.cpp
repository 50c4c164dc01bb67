#include "config/secret_command.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include "config/child_process.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

constexpr std::chrono::seconds k_limit(30);
constexpr std::string_view k_hint =
    "run the command by hand: the secret must be the first line that it prints";

void require_success(int status, std::string_view complaints) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  std::string text =
      WIFEXITED(status)
          ? fmt::format("the command of the secret ended with status {}", WEXITSTATUS(status))
          : fmt::format("the command of the secret was ended by signal {}", WTERMSIG(status));
  const std::string line = last_line(complaints);
  if (!line.empty()) text += ": " + line;
  throw Error(ErrorKind::auth, text, std::string(k_hint));
}

}  // namespace

Secret run_secret_command(const std::string& command, std::chrono::milliseconds limit) {
  const ChildEnd end = run_child({.words = {"/bin/sh", "-c", command}}, limit);
  if (!end.status) {
    throw Error(
        ErrorKind::auth,
        fmt::format("the command of the secret did not end within {}", format_duration(limit)),
        std::string(k_hint));
  }
  require_success(*end.status, end.complaints);
  const std::string_view printed = end.output.reveal();
  std::string_view line = printed.substr(0, printed.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) {
    throw Error(ErrorKind::auth, "the command of the secret printed an empty first line",
                std::string(k_hint));
  }
  return Secret(std::string(line));
}

Secret run_secret_command(const std::string& command) {
  return run_secret_command(command, k_limit);
}

}  // namespace itsmc::config
