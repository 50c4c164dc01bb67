#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/app.hpp"
#include "itsmc/core/error.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

namespace itsmc::test {

/// Whether what a command said has these words.
inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class TextOutput : public cli::Output {
 public:
  void write(std::string_view bytes) override {
    if (broken) throw cli::BrokenPipe{};
    text += bytes;
  }
  void flush() override {}
  std::string text;
  bool broken = false;  // as if its reader had gone
};

class TextInput : public cli::Input {
 public:
  explicit TextInput(std::string text = {}) : left(std::move(text)) {}
  std::optional<std::string> read_line() override {
    if (left.empty()) return std::nullopt;
    const std::size_t end = left.find('\n');
    std::string line = left.substr(0, end);
    left.erase(0, end == std::string::npos ? left.size() : end + 1);
    return line;
  }
  std::optional<Secret> read_unseen() override {
    ++unseen;
    std::optional<std::string> line = read_line();
    return line ? std::optional(Secret(*line)) : std::nullopt;
  }
  std::string read_all() override { return std::exchange(left, {}); }
  std::string left;
  int unseen = 0;  // how often the echo was off
};

struct CliResult {
  int code = 0;
  std::string out, err;
};

/// A machine of its own for cli::run: directories that go with it, a clock that stands still, an
/// environment of only what the test sets, and no network (a transport is a test failure).
class CliWorld {
 public:
  std::map<std::string, std::string> environment;
  std::string input;
  bool in_is_terminal = false, out_is_terminal = false, err_is_terminal = false;
  bool out_is_broken = false;
  int width = 80, height = 0;
  std::function<std::unique_ptr<http::Transport>(const http::TransportOptions&)> new_transport =
      [](const http::TransportOptions&) -> std::unique_ptr<http::Transport> {
    throw Error(ErrorKind::unforeseen, "this test has no network");
  };
  FakeClock clock;
  std::stop_source stop;
  int unseen_reads = 0;

  [[nodiscard]] std::filesystem::path config_dir() const { return root_ / "config"; }
  [[nodiscard]] std::filesystem::path data_dir() const { return root_ / "data"; }
  [[nodiscard]] std::filesystem::path state_dir() const { return root_ / "state"; }

  [[nodiscard]] client::Platform platform() {
    return {.clock = clock,
            .new_transport = new_transport,
            .getenv = [this](const std::string& name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              if (found == environment.end()) return std::nullopt;
              return found->second;
            },
            .config_dir = config_dir(),
            .data_dir = data_dir(),
            .state_dir = state_dir(),
            .log = no_log(),
            .jitter = [] { return 0.5; },
            .new_run_id = [this] { return "run-" + std::to_string(++runs_); },
            .process = "pid 4711",
            .stop = stop.get_token(),
            .environment_names =
                [this] {
                  std::vector<std::string> names;
                  for (const auto& [name, value] : environment) names.push_back(name);
                  return names;
                },
            .program = "/usr/bin/itsmc"};
  }

  CliResult run(const std::vector<std::string>& arguments) {
    TextInput in(input);
    TextOutput out;
    out.broken = out_is_broken;
    TextOutput err;
    cli::Terminal terminal{.in = in,
                           .out = out,
                           .err = err,
                           .in_is_terminal = in_is_terminal,
                           .out_is_terminal = out_is_terminal,
                           .err_is_terminal = err_is_terminal,
                           .width = width,
                           .height = height};
    const int code = cli::run(arguments, terminal, platform());
    unseen_reads += in.unseen;
    return {code, out.text, err.text};
  }

 private:
  TempDir root_;
  int runs_ = 0;
};

}  // namespace itsmc::test
