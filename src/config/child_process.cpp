#include "config/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/spawn_attributes.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

constexpr std::size_t k_max_kept_bytes = 64U << 10U;

[[noreturn]] void fail(std::string_view doing, int code) {
  throw Error(ErrorKind::unforeseen,
              fmt::format("{}: {}", doing, std::generic_category().message(code)));
}

/// The reading end of a child's output, and what came out of it.
class Output {
 public:
  Output() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("making a pipe", errno);
    read_end_ = ends[0];
    write_end_ = ends[1];
    ::fcntl(read_end_, F_SETFL, O_NONBLOCK);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() {
    close_write_end();
    ::close(read_end_);
    kept_.assign(kept_.size(), '\0');
  }

  [[nodiscard]] int write_end() const noexcept { return write_end_; }
  void close_write_end() noexcept {
    if (write_end_ >= 0) ::close(write_end_);
    write_end_ = -1;
  }
  [[nodiscard]] pollfd wanted() const noexcept { return {ended_ ? -1 : read_end_, POLLIN, 0}; }
  /// Takes what is there; what is beyond the limit is read and dropped, so that nobody blocks.
  void drain() {
    std::array<char, 4096> block{};
    while (!ended_) {
      const ssize_t got = ::read(read_end_, block.data(), block.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return;
      if (got == 0) ended_ = true;
      const std::size_t room = k_max_kept_bytes - kept_.size();
      kept_.append(block.data(), std::min(room, static_cast<std::size_t>(got)));
    }
  }
  [[nodiscard]] std::string_view kept() const noexcept { return kept_; }
  [[nodiscard]] bool ended() const noexcept { return ended_; }

 private:
  int read_end_ = -1, write_end_ = -1;
  std::string kept_;
  bool ended_ = false;
};

/// With a terminal, the command may ask on it (pinentry does): it stays in our group, or the
/// terminal would stop it. Without one, it gets a group of its own that can be ended as a whole.
enum class Group { ours, own };

Group group_for_child() {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return Group::own;
  ::close(terminal);
  return Group::ours;
}

/// Nothing to read, two pipes to write to.
class SpawnSetup {
 public:
  SpawnSetup(const Output& out, const Output& err, Group group, const std::string& directory)
      : attributes_(group == Group::own ? POSIX_SPAWN_SETPGROUP : 0) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, out.write_end(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, err.write_end(), STDERR_FILENO);
    if (!directory.empty()) {
      ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    }
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() { ::posix_spawn_file_actions_destroy(&actions_); }
  [[nodiscard]] pid_t start(std::vector<std::string> words) const {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int code = ::posix_spawn(&child, words.front().c_str(), &actions_, attributes_.get(),
                                   arguments.data(), environ);
    if (code != 0) fail("starting " + words.front(), code);
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  SpawnAttributes attributes_;
};

/// Started, and never left behind: killed and waited for if it has not ended.
class Child {
 public:
  Child(pid_t process, Group group) : process_(process), group_(group) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (status_) return;
    ::kill(group_ == Group::own ? -process_ : process_, SIGKILL);
    int ignored = 0;
    while (::waitpid(process_, &ignored, 0) < 0 && errno == EINTR) {
    }
  }
  /// Its wait status once it has ended.
  std::optional<int> status() {
    int status = 0;
    const pid_t ended = status_ ? 0 : ::waitpid(process_, &status, WNOHANG);
    if (ended < 0 && errno == ECHILD) fail("waiting for a command", ECHILD);
    if (ended == process_) status_ = status;
    return status_;
  }

 private:
  pid_t process_;
  Group group_;
  std::optional<int> status_;
};

/// Returns the wait status; absent when the limit passed first.
std::optional<int> follow(Child& child, Output& out, Output& err, std::chrono::milliseconds limit) {
  using std::chrono::milliseconds;
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    // Asked before the pipes: what it wrote before it ended is then there to be read. A process
    // that it left behind may keep the pipes open, so their end is not waited for.
    const auto status = child.status();
    out.drain();
    err.drain();
    if (status) return status;
    const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) return std::nullopt;
    const milliseconds step = out.ended() && err.ended() ? milliseconds(2) : milliseconds(20);
    std::array<pollfd, 2> wanted{out.wanted(), err.wanted()};
    ::poll(wanted.data(), wanted.size(), static_cast<int>(std::min(step, left).count()));
  }
}

}  // namespace

ChildEnd run_child(const ChildCall& call, std::chrono::milliseconds limit) {
  Output out;
  Output err;
  const Group group = group_for_child();
  Child child(SpawnSetup(out, err, group, call.directory).start(call.words), group);
  out.close_write_end();
  err.close_write_end();
  ChildEnd end;
  end.status = follow(child, out, err, limit);
  end.output = Secret(std::string(out.kept()));
  end.complaints = err.kept();
  return end;
}

std::string last_line(std::string_view text) {
  text = trim(text);
  const std::size_t newline = text.rfind('\n');
  return excerpt(newline == std::string_view::npos ? text : text.substr(newline + 1), 200);
}

}  // namespace itsmc::config
