#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "cli/terminal.hpp"

namespace itsmc::cli {

/// Lets a jq program run over the JSON that is written to it, value by value, and hands the results
/// on, one a line: texts without quotes and null as an empty line (as gh does), everything else as
/// compact JSON. One thread; the output behind it outlives it.
class JqOutput : public Output {
 public:
  /// Results that a terminal shows are made harmless.
  enum class Shown { raw, harmless };
  /// Throws Error(usage) with jq's words when the expression is none, or wants modules. A stop that
  /// is asked for while the program runs ends it: Error(cancelled).
  JqOutput(const std::string& expression, Output& out, Shown shown, std::stop_token stop);
  ~JqOutput() override;
  JqOutput(const JqOutput&) = delete;
  JqOutput& operator=(const JqOutput&) = delete;

  /// Throws Error(usage): the expression does not fit what it met; what came is no JSON. Throws
  /// Error(cancelled) as said above.
  void write(std::string_view json) override;
  void flush() override { out_.flush(); }
  /// Nothing more comes. Throws as write() does.
  void finish();

 private:
  class Program;
  std::unique_ptr<Program> program_;
  Output& out_;
  Shown shown_;
};

}  // namespace itsmc::cli
