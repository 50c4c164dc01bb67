#include "support/keyring_session.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace itsmc::test {
namespace {

struct Pipe {
  Pipe() {
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  }
  void close_end(std::size_t end) {
    if (ends.at(end) >= 0) ::close(ends.at(end));
    ends.at(end) = -1;
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  std::array<int, 2> ends{-1, -1};
};

/// Runs the shell's words with these ends of pipes as standard input and output.
pid_t start(const char* words, int input, int output) {
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child > 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (input >= 0) ::dup2(input, STDIN_FILENO);
  if (output >= 0) ::dup2(output, STDOUT_FILENO);
  ::execl("/bin/sh", "sh", "-c", words, nullptr);
  ::_exit(127);
}

std::string first_line(int end) {
  std::string line;
  for (char c = 0; ::read(end, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

KeyringSession::KeyringSession() {
  Pipe said;
  bus_ = start("exec dbus-daemon --session --nofork --nopidfile --print-address 2>/dev/null", -1,
               said.ends[1]);
  said.close_end(1);
  const std::string address = first_line(said.ends[0]);
  if (address.empty()) throw std::runtime_error("dbus-daemon does not start: apt install dbus");
  ::setenv("DBUS_SESSION_BUS_ADDRESS", address.c_str(), 1);
  const std::string home = home_.path().string();
  // Its first process ends when the keyring is open; what stays behind ends with the bus.
  const std::string words = "export HOME='" + home + "' XDG_DATA_HOME='" + home +
                            "' XDG_RUNTIME_DIR='" + home +
                            "'; printf unlocked | gnome-keyring-daemon --unlock "
                            "--components=secrets >/dev/null 2>&1";
  int status = -1;
  ::waitpid(start(words.c_str(), -1, -1), &status, 0);
  if (status != 0) {
    throw std::runtime_error("gnome-keyring-daemon does not start: apt install gnome-keyring");
  }
}

KeyringSession::~KeyringSession() {
  ::kill(bus_, SIGTERM);
  ::waitpid(bus_, nullptr, 0);
}

void need_keyring() {
  static const KeyringSession k_session;
}

}  // namespace itsmc::test
