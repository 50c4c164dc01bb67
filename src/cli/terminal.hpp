#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "itsmc/core/secret.hpp"

namespace itsmc::cli {

/// Thrown when the reader of our stdout has gone (`| head`): not a failure, and nothing to say.
struct BrokenPipe {};

/// Where bytes go: stdout, stderr, or a test's buffer. One thread at a time.
class Output {
 public:
  virtual ~Output() = default;
  /// Throws BrokenPipe, or Error(storage) when the disk behind stdout is full.
  virtual void write(std::string_view bytes) = 0;
  virtual void flush() = 0;
  /// For what goes on until a signal: nothing is kept back for a pager from now on.
  virtual void show_at_once() {}
};

/// Where words come from: stdin, or a test's buffer. One thread.
class Input {
 public:
  virtual ~Input() = default;
  /// Without the line's end; absent at the end of the input. Throws Error(cancelled) on a signal.
  virtual std::optional<std::string> read_line() = 0;
  /// The same with the terminal's echo off while it reads.
  virtual std::optional<Secret> read_unseen() = 0;
  /// All that is left, at most 16 MiB; throws Error(invalid) when there is more.
  virtual std::string read_all() = 0;
};

/// Whom the program talks to: injected, so that tests use buffers. The streams outlive it.
struct Terminal {
  Input& in;
  Output& out;
  Output& err;
  bool in_is_terminal = false, out_is_terminal = false, err_is_terminal = false;
  int width = 80;  // columns; matters only on a terminal
  int height = 0;  // lines; 0: unknown
  enum class Questions : std::uint8_t { welcome, refused } questions = Questions::welcome;
};

/// A file descriptor as Output, buffered. Failures::ignored is for stderr.
class FileOutput : public Output {
 public:
  enum class Failures { thrown, ignored };
  FileOutput(int descriptor, Failures failures) : descriptor_(descriptor), failures_(failures) {}
  void write(std::string_view bytes) override;
  void flush() override;

 private:
  int descriptor_;
  Failures failures_;
  std::string buffer_;
};

/// A file descriptor as Input. Reads byte by byte, so that nothing is taken that was not asked for
/// (what follows a secret on stdin) and no buffer keeps a secret.
class FileInput : public Input {
 public:
  FileInput(int descriptor, std::stop_token stop)
      : descriptor_(descriptor), stop_(std::move(stop)) {}
  std::optional<std::string> read_line() override;
  std::optional<Secret> read_unseen() override;
  std::string read_all() override;

 private:
  /// How many bytes came; 0 at the end. Throws Error(cancelled, storage).
  [[nodiscard]] std::size_t read_some(char* to, std::size_t most);
  int descriptor_;
  std::stop_token stop_;
};

[[nodiscard]] bool is_terminal(int descriptor) noexcept;
/// Lines of the terminal behind the descriptor; 0 when unknown.
[[nodiscard]] int terminal_height(int descriptor) noexcept;
/// Columns of the terminal behind the descriptor; 80 when unknown.
[[nodiscard]] int terminal_width(int descriptor) noexcept;

}  // namespace itsmc::cli
