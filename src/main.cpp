#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/app.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/http/transport.hpp"

namespace {

using itsmc::client::Platform;

std::optional<std::string> environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::vector<std::string> environment_names() {
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

std::filesystem::path this_program() {
  std::error_code unknown;
  return std::filesystem::read_symlink("/proc/self/exe", unknown);
}

std::filesystem::path home() {
  if (const auto named = environment("HOME"); named && !named->empty()) return *named;
  const passwd* const user = ::getpwuid(::getuid());
  return user == nullptr || user->pw_dir == nullptr ? "/" : user->pw_dir;
}

/// $XDG_..._HOME/itsmc; a relative path there counts as none (XDG Base Directory 0.8).
std::filesystem::path xdg(const char* variable, const char* fallback) {
  const std::filesystem::path named = environment(variable).value_or("");
  return (named.is_absolute() ? named : home() / fallback) / "itsmc";
}

/// Secrets pass through this process's memory: no core file, no debugger of another process.
/// Returns the umask that the user had chosen.
mode_t keep_secrets_private() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // its leak check is a debugger of this process
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  return ::umask(S_IRWXG | S_IRWXO);
}

/// A page's block is made by one thread and freed by another. glibc's threshold grows with the
/// first such block, and the blocks after it stay in each thread's arena: 74 MiB instead of 50 with
/// pages of 5,000 and four in flight. A threshold once set stays, and the block goes back at once.
void return_pages_at_once() {
  constexpr int k_threshold_bytes = 128 << 10;
  ::mallopt(M_MMAP_THRESHOLD, k_threshold_bytes);
}

double jitter() {
  thread_local std::mt19937_64 engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

std::string new_run_id() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

/// INT and TERM, taken by a thread of its own: the first asks for a stop on a safe point, the
/// second kills. Blocks both in every thread started after it.
class Signals {
 public:
  Signals() {
    sigemptyset(&wanted_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR2}) sigaddset(&wanted_, signal);
    ::pthread_sigmask(SIG_BLOCK, &wanted_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a write then fails with EPIPE
    thread_ = std::thread([this] { wait(); });
  }
  ~Signals() {
    ::pthread_kill(thread_.native_handle(), SIGUSR2);  // wakes sigwait to end it
    thread_.join();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /// 128 + the signal that asked for the stop; 0 when none did.
  [[nodiscard]] int exit_code() const noexcept { return first_ == 0 ? 0 : 128 + first_; }

 private:
  void wait() {
    for (int signal = 0; sigwait(&wanted_, &signal) == 0 && signal != SIGUSR2;) {
      if (first_ != 0) ::_exit(128 + signal);
      first_ = signal;
      stop_.request_stop();
    }
  }

  sigset_t wanted_{};
  std::stop_source stop_;
  std::atomic<int> first_ = 0;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  const mode_t umask_of_user = keep_secrets_private();
  return_pages_at_once();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const Signals signals;
  itsmc::cli::FileOutput out(STDOUT_FILENO, itsmc::cli::FileOutput::Failures::thrown);
  itsmc::cli::FileOutput err(STDERR_FILENO, itsmc::cli::FileOutput::Failures::ignored);
  itsmc::cli::FileInput in(STDIN_FILENO, signals.token());
  const bool out_is_terminal = itsmc::cli::is_terminal(STDOUT_FILENO);
  const bool err_is_terminal = itsmc::cli::is_terminal(STDERR_FILENO);
  itsmc::cli::Terminal terminal{
      .in = in,
      .out = out,
      .err = err,
      .in_is_terminal = itsmc::cli::is_terminal(STDIN_FILENO),
      .out_is_terminal = out_is_terminal,
      .err_is_terminal = err_is_terminal,
      .width = itsmc::cli::terminal_width(out_is_terminal ? STDOUT_FILENO : STDERR_FILENO),
      .height = out_is_terminal ? itsmc::cli::terminal_height(STDOUT_FILENO) : 0};
  const Platform platform{.clock = itsmc::system_clock(),
                          .new_transport = itsmc::http::make_curl_transport,
                          .getenv = environment,
                          .config_dir = xdg("XDG_CONFIG_HOME", ".config"),
                          .data_dir = xdg("XDG_DATA_HOME", ".local/share"),
                          .state_dir = xdg("XDG_STATE_HOME", ".local/state"),
                          .log = itsmc::no_log(),
                          .jitter = jitter,
                          .new_run_id = new_run_id,
                          .process = fmt::format("pid {}", ::getpid()),
                          .stop = signals.token(),
                          .environment_names = environment_names,
                          .program = this_program(),
                          .readable_mode = {0644 & ~umask_of_user}};
  const int code = itsmc::cli::run(arguments, terminal, platform);
  const bool interrupted = code == itsmc::exit_code(itsmc::ErrorKind::cancelled);
  return interrupted && signals.exit_code() != 0 ? signals.exit_code() : code;
}
