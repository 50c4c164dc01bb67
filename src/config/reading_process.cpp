#include "config/reading_process.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/spawn_attributes.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::config {
namespace {

[[noreturn]] void fail(std::string_view doing, int code) {
  throw Error(ErrorKind::unforeseen,
              fmt::format("{}: {}", doing, std::generic_category().message(code)));
}

/// The child, or the negative code of the failure.
pid_t start_shell(std::string command_line, int read_end) {
  const SpawnAttributes attributes(0);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, read_end, STDIN_FILENO);
  std::string shell = "/bin/sh";
  std::string option = "-c";
  std::array<char*, 4> words{shell.data(), option.data(), command_line.data(), nullptr};
  pid_t child = 0;
  const int code =
      ::posix_spawn(&child, shell.c_str(), &actions, attributes.get(), words.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  return code == 0 ? child : -code;
}

/// Until all is written or nobody reads any more.
void write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(to, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

int exit_code_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("waiting for a command", errno);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int feed_process(const std::string& command_line, std::string_view text) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("making a pipe", errno);
  const pid_t child = start_shell(command_line, ends[0]);
  ::close(ends[0]);
  if (child > 0) write_all(ends[1], text);
  ::close(ends[1]);
  if (child <= 0) fail("starting /bin/sh", -child);
  return exit_code_of(child);
}

}  // namespace itsmc::config
