#include "cli/jq_output.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "cli/jq_library.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::string_view k_jq_prefix = "jq: error: ";
constexpr std::string_view k_no_input = "break";  // libjq 1.6 of "input", and "inputs" ends by it

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

/// The program's first word, behind spaces and comments. Pure.
std::string_view first_word(std::string_view program) {
  constexpr std::string_view k_space = " \t\r\n";
  for (;;) {
    program.remove_prefix(std::min(program.find_first_not_of(k_space), program.size()));
    if (!program.starts_with('#')) break;
    program.remove_prefix(std::min(program.find('\n'), program.size()));
  }
  return program.substr(0, program.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"));
}

/// jq allows them at a program's beginning alone (jq manual, "Modules").
void refuse_modules(std::string_view program) {
  const std::string_view word = first_word(program);
  if (word != "import" && word != "include" && word != "module") return;
  throw Error(ErrorKind::usage,
              fmt::format("--jq: \"{}\" is not possible: there are no modules here", word),
              "write what you need of it into the expression: def NAME: ...;");
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
  Program(const std::string& expression, std::stop_token stop)
      : jq_(jq_library()), state_(jq_.init()), parser_(jq_.parser_new(0)), stop_(std::move(stop)) {
    prepare();
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
  /// jq_init leaves these to its caller: without them "input" calls what lies in that memory, and
  /// what looks for modules ("modulemeta") ends the process (libjq 1.6).
  void prepare() {
    jq_.set_input_cb(
        state_, [](jq_state* /*state*/, void* /*none*/) { return jq_library().invalid(); },
        nullptr);
    jq_.set_attr(state_, jq_.string("JQ_LIBRARY_PATH"), jq_.array());
    for (const char* const place : {"JQ_ORIGIN", "PROGRAM_ORIGIN"}) {
      jq_.set_attr(state_, jq_.string(place), jq_.string("/dev/null"));
    }
  }

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
    // What is stopped already still shows what it has; only a stop from now on ends the program.
    const bool stops = !stop_.stop_requested();
    std::optional<std::stop_callback<Halt>> halts;
    if (stops) halts.emplace(stop_, Halt{this});
    jq_.start(state_, value, 0);
    jv result = jq_.next(state_);
    while (jq_.get_kind(result) != JV_KIND_INVALID) {
      const bool null = jq_.get_kind(result) == JV_KIND_NULL;
      const std::string text = text_of(jq_, result);
      lines += null ? std::string() : text;
      lines += '\n';
      result = jq_.next(state_);
    }
    halts.reset();
    if (stops && stop_.stop_requested()) {
      jq_.free(result);
      throw Error(ErrorKind::cancelled, "interrupted");
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
    const std::string text = text_of(jq_, message);
    throw refused(text == k_no_input ? "No more inputs: each value is filtered by itself" : text);
  }

  /// From the thread that asks for the stop: jq looks at the mark before each of its steps.
  struct Halt {
    Program* program;
    void operator()() const noexcept {
      const JqLibrary& jq = program->jq_;
      if (jq.halted(program->state_) == 0) jq.halt(program->state_, jq.invalid(), jq.invalid());
    }
  };

  const JqLibrary& jq_;
  jq_state* state_;
  jv_parser* parser_;
  std::stop_token stop_;
};

JqOutput::JqOutput(const std::string& expression, Output& out, Shown shown, std::stop_token stop)
    : out_(out), shown_(shown) {
  refuse_modules(expression);
  program_ = std::make_unique<Program>(expression, std::move(stop));
}

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
