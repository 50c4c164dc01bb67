#include "cli/prompt.hpp"

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

void put(Terminal& terminal, const std::string& question) {
  terminal.out.flush();
  terminal.err.write(question);
  terminal.err.flush();
}

[[noreturn]] void give_up() {
  throw Error(ErrorKind::cancelled, "no answer was given");
}

}  // namespace

bool can_ask(const Terminal& terminal) noexcept {
  return terminal.in_is_terminal && terminal.err_is_terminal;
}

std::string ask(Terminal& terminal, std::string_view question, std::string_view fallback) {
  put(terminal, fallback.empty() ? fmt::format("{}: ", question)
                                 : fmt::format("{} [{}]: ", question, fallback));
  const std::optional<std::string> line = terminal.in.read_line();
  if (!line) give_up();
  const std::string_view answer = trim(*line);
  return std::string(answer.empty() ? fallback : answer);
}

Secret ask_secret(Terminal& terminal, std::string_view question) {
  for (;;) {
    put(terminal, fmt::format("{} (not shown): ", question));
    std::optional<Secret> secret = terminal.in.read_unseen();
    if (!secret) give_up();
    if (!secret->empty()) return std::move(*secret);
  }
}

bool confirm(Terminal& terminal, std::string_view question) {
  const std::string answer = to_lower(ask(terminal, fmt::format("{} [y/N]", question)));
  return answer == "y" || answer == "yes";
}

}  // namespace itsmc::cli
