#include "cli/terminal.hpp"

#include <array>
#include <csignal>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include "itsmc/core/error.hpp"

using namespace itsmc;
using namespace itsmc::cli;

namespace {

/// Two descriptors of a pipe, closed with it.
struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close(std::size_t end) { ::close(std::exchange(ends[end], -1)); }
  void fill(std::string_view text) {
    REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  std::array<int, 2> ends{};
};

}  // namespace

TEST_CASE("lines are read without taking more than was asked for") {
  Pipe pipe;
  pipe.fill("password\r\nsecret\nthe rest\nof it");
  pipe.close(1);
  FileInput in(pipe.ends[0], {});
  CHECK(in.read_line() == "password");
  CHECK(in.read_unseen()->reveal() == "secret");
  CHECK(in.read_all() == "the rest\nof it");
  CHECK_FALSE(in.read_line().has_value());
}

TEST_CASE("a last line without its end is a line") {
  Pipe pipe;
  pipe.fill("no end");
  pipe.close(1);
  FileInput in(pipe.ends[0], {});
  CHECK(in.read_line() == "no end");
  CHECK_FALSE(in.read_line().has_value());
}

TEST_CASE("a signal ends a prompt") {
  Pipe pipe;
  std::stop_source stop;
  FileInput in(pipe.ends[0], stop.get_token());
  stop.request_stop();
  try {
    (void)in.read_line();
    FAIL("it waited");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::cancelled);
  }
}

TEST_CASE("echo is off while a secret is read, and on again after a signal") {
  int main_end = -1;
  int terminal_end = -1;
  REQUIRE(::openpty(&main_end, &terminal_end, nullptr, nullptr, nullptr) == 0);
  const auto echoes = [terminal_end] {
    termios state{};
    REQUIRE(::tcgetattr(terminal_end, &state) == 0);
    return (state.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
  };
  REQUIRE(echoes());
  std::stop_source stop;
  FileInput in(terminal_end, stop.get_token());
  bool cancelled = false;
  std::thread reader([&] {
    try {
      (void)in.read_unseen();
    } catch (const Error& error) {
      cancelled = error.kind() == ErrorKind::cancelled;
    }
  });
  for (int i = 0; i < 400 && echoes(); ++i) ::usleep(5'000);
  CHECK_FALSE(echoes());
  stop.request_stop();
  reader.join();
  CHECK(cancelled);
  CHECK(echoes());
  ::close(main_end);
  ::close(terminal_end);
}

TEST_CASE("a reader that has gone is no failure, a full disk is") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close(0);
  FileOutput gone(pipe.ends[1], FileOutput::Failures::thrown);
  gone.write("text");
  CHECK_THROWS_AS(gone.flush(), BrokenPipe);
  FileOutput ignoring(pipe.ends[1], FileOutput::Failures::ignored);
  ignoring.write("text");
  CHECK_NOTHROW(ignoring.flush());
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  FileOutput disk(full, FileOutput::Failures::thrown);
  disk.write("text");
  CHECK_THROWS_AS(disk.flush(), Error);
  ::close(full);
  std::signal(SIGPIPE, before);
}
