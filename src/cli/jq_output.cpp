#include "cli/jq_output.hpp"

#include <limits>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "cli/jq_library.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::string_view k_jq_prefix = "jq: error: ";

/// jq's words on one line, without the name of a program that nobody called.
Error refused(std::string_view words) {
  std::string line;
  for (const std::string& part : split(words, '\n')) {
    std::string_view text = trim(part);
    if (text.starts_with(k_jq_prefix)) text.remove_prefix(k_jq_prefix.size());
    if (text.empty()) continue;
    if (!line.empty()) line += ' ';
    line += text;
  }
  return {ErrorKind::usage, fmt::format("--jq: {}", excerpt(line, 500)),
          "-o json without --jq shows what the expression meets"};
}

/// Takes the value over.
std::string text_of(const JqLibrary& jq, jv value) {
  const jv text = jq.get_kind(value) == JV_KIND_STRING ? value : jq.dump_string(value, /*flags=*/0);
  std::string copied(jq.string_value(text),
                     static_cast<std::size_t>(jq.string_length_bytes(jq.copy(text))));
  jq.free(text);
  return copied;
}

}  // namespace

/// The compiled expression and the parser before it.
class JqOutput::Program {
 public:
  explicit Program(const std::string& expression)
      : jq_(jq_library()), state_(jq_.init()), parser_(jq_.parser_new(0)) {
    compile(expression);
  }
  ~Program() { release(); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  enum class More { comes, ended };
  /// One line for each result of each value that is whole by now.
  std::string results(std::string_view json, More more) {
    if (json.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
      throw refused("more than 2 GiB of JSON at once");
    }
    jq_.parser_set_buf(parser_, json.data(), static_cast<int>(json.size()), more == More::comes);
    std::string lines;
    for (;;) {
      const jv value = jq_.parser_next(parser_);
      if (jq_.get_kind(value) == JV_KIND_INVALID) {
        // Invalid with a message is no JSON; without one, all that is there has been read.
        refuse_if_said(value);
        return lines;
      }
      run(value, lines);
    }
  }

 private:
  void compile(const std::string& expression) {
    std::string words;
    jq_.set_error_cb(
        state_,
        [](void* to, jv message) {
          auto& said = *static_cast<std::string*>(to);
          if (said.empty())
            said = text_of(jq_library(), message);  // the first names the place
          else
            jq_library().free(message);
        },
        &words);
    const bool compiled = jq_.compile(state_, expression.c_str()) != 0;
    jq_.set_error_cb(state_, nullptr, nullptr);
    if (compiled) return;
    release();
    throw refused(words);
  }

  void release() {
    if (parser_ != nullptr) jq_.parser_free(parser_);
    parser_ = nullptr;
    if (state_ != nullptr) jq_.teardown(&state_);
  }

  /// Takes the value over.
  void run(jv value, std::string& lines) {
    if (jq_.halted(state_) != 0) {
      jq_.free(value);
      return;
    }
    jq_.start(state_, value, 0);
    jv result = jq_.next(state_);
    while (jq_.get_kind(result) != JV_KIND_INVALID) {
      const bool null = jq_.get_kind(result) == JV_KIND_NULL;
      const std::string text = text_of(jq_, result);
      lines += null ? std::string() : text;
      lines += '\n';
      result = jq_.next(state_);
    }
    refuse_if_said(result);
    if (jq_.halted(state_) != 0) refuse_if_text(jq_.get_error_message(state_));
  }

  /// Takes the value over.
  void refuse_if_said(jv invalid) { refuse_if_text(jq_.invalid_get_msg(invalid)); }
  void refuse_if_text(jv message) {
    const jv_kind kind = jq_.get_kind(message);
    if (kind == JV_KIND_NULL || kind == JV_KIND_INVALID) {
      jq_.free(message);
      return;
    }
    throw refused(text_of(jq_, message));
  }

  const JqLibrary& jq_;
  jq_state* state_;
  jv_parser* parser_;
};

JqOutput::JqOutput(const std::string& expression, Output& out, Shown shown)
    : program_(std::make_unique<Program>(expression)), out_(out), shown_(shown) {}

JqOutput::~JqOutput() = default;

void JqOutput::write(std::string_view json) {
  const std::string lines = program_->results(json, Program::More::comes);
  if (!lines.empty()) out_.write(shown_ == Shown::raw ? lines : harmless(lines, Lines::kept));
}

void JqOutput::finish() {
  const std::string lines = program_->results("", Program::More::ended);
  if (!lines.empty()) out_.write(shown_ == Shown::raw ? lines : harmless(lines, Lines::kept));
}

}  // namespace itsmc::cli
