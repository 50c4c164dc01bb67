#include "cli/prompt.hpp"

#include <utility>

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

/// An answer, or Error(cancelled) below the question, not beside it.
template <typename Read>
auto answer_to(Terminal& terminal, const std::string& question, const Read& read) {
  put(terminal, question);
  try {
    if (auto answer = read()) return std::move(*answer);
  } catch (const Error&) {
    put(terminal, "\n");
    throw;
  }
  put(terminal, "\n");
  throw Error(ErrorKind::cancelled, "no answer was given");
}

}  // namespace

bool can_ask(const Terminal& terminal) noexcept {
  return terminal.in_is_terminal && terminal.err_is_terminal &&
         terminal.questions == Terminal::Questions::welcome;
}

std::string ask(Terminal& terminal, std::string_view question, std::string_view fallback) {
  const std::string whole = fallback.empty() ? fmt::format("{}: ", question)
                                             : fmt::format("{} [{}]: ", question, fallback);
  const std::string line =
      answer_to(terminal, whole, [&terminal] { return terminal.in.read_line(); });
  const std::string_view answer = trim(line);
  return std::string(answer.empty() ? fallback : answer);
}

Secret ask_secret(Terminal& terminal, std::string_view question) {
  for (;;) {
    if (std::optional<Secret> secret = ask_secret_or_none(terminal, question)) return *secret;
  }
}

std::optional<Secret> ask_secret_or_none(Terminal& terminal, std::string_view question) {
  Secret secret = answer_to(terminal, fmt::format("{} (not shown): ", question),
                            [&terminal] { return terminal.in.read_unseen(); });
  return secret.empty() ? std::nullopt : std::optional(std::move(secret));
}

bool confirm(Terminal& terminal, std::string_view question) {
  const std::string answer = to_lower(ask(terminal, fmt::format("{} [y/N]", question)));
  return answer == "y" || answer == "yes";
}

}  // namespace itsmc::cli
