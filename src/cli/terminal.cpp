#include "cli/terminal.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "itsmc/core/error.hpp"

namespace itsmc::cli {
namespace {

constexpr std::size_t k_buffer_bytes = 64U << 10U;
constexpr std::size_t k_longest_line_bytes = 64U << 10U;
constexpr std::size_t k_longest_input_bytes = 16U << 20U;
constexpr int k_poll_milliseconds = 50;  // how soon a signal ends a prompt

/// Echo off while it lives; what was there comes back however the scope is left.
class EchoOff {
 public:
  explicit EchoOff(int descriptor) : descriptor_(descriptor) {
    changed_ = tcgetattr(descriptor_, &before_) == 0;
    if (!changed_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= static_cast<tcflag_t>(ECHONL);
    tcsetattr(descriptor_, TCSAFLUSH, &silent);
  }
  ~EchoOff() {
    if (changed_) tcsetattr(descriptor_, TCSADRAIN, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  int descriptor_;
  termios before_{};
  bool changed_ = false;
};

}  // namespace

void FileOutput::write(std::string_view bytes) {
  buffer_.append(bytes);
  if (buffer_.size() >= k_buffer_bytes) flush();
}

void FileOutput::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t wrote = ::write(descriptor_, left.data(), left.size());
    if (wrote >= 0) {
      left.remove_prefix(static_cast<std::size_t>(wrote));
      continue;
    }
    if (errno == EINTR) continue;
    const int cause = errno;
    buffer_.clear();
    if (failures_ == Failures::ignored) return;
    if (cause == EPIPE) throw BrokenPipe{};
    throw Error(ErrorKind::unforeseen,
                fmt::format("writing the output: {}", std::generic_category().message(cause)));
  }
  buffer_.clear();
}

std::size_t FileInput::read_some(char* to, std::size_t most) {
  for (;;) {
    if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "interrupted");
    pollfd ready{descriptor_, POLLIN, 0};
    const int count = ::poll(&ready, 1, k_poll_milliseconds);
    if (count == 0 || (count < 0 && errno == EINTR)) continue;
    const ssize_t got = ::read(descriptor_, to, most);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR || errno == EAGAIN) continue;
    throw Error(ErrorKind::unforeseen, fmt::format("reading the standard input: {}",
                                                   std::generic_category().message(errno)));
  }
}

std::optional<std::string> FileInput::read_line() {
  std::string line;
  line.reserve(256);  // a secret that grows would leave copies behind
  for (char c = 0;;) {
    if (read_some(&c, 1) == 0) {
      if (line.empty()) return std::nullopt;
      break;
    }
    if (c == '\n') break;
    if (line.size() >= k_longest_line_bytes) {
      throw Error(ErrorKind::invalid, "a line of the standard input is longer than 64 KiB");
    }
    line += c;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::optional<Secret> FileInput::read_unseen() {
  const EchoOff unseen(descriptor_);
  std::optional<std::string> line = read_line();
  if (!line) return std::nullopt;
  return Secret(std::move(*line));
}

std::string FileInput::read_all() {
  std::string all;
  std::array<char, 4096> block{};
  while (const std::size_t got = read_some(block.data(), block.size())) {
    all.append(block.data(), got);
    if (all.size() > k_longest_input_bytes) {
      throw Error(ErrorKind::invalid, "the standard input is larger than 16 MiB");
    }
  }
  return all;
}

bool is_terminal(int descriptor) noexcept {
  return ::isatty(descriptor) == 1;
}

int terminal_height(int descriptor) noexcept {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

int terminal_width(int descriptor) noexcept {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace itsmc::cli
