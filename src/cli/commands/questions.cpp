#include "cli/commands/questions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/prompt.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// "Url: " alone says that a url is wanted.
bool says_more_than_the_question(const FieldProblem& problem) {
  return !problem.reason.starts_with("is required");
}

}  // namespace

Asked ask_for_missing(Session& session, const Questions& questions) {
  Asked asked;
  while (can_ask(session.terminal)) {
    const std::vector<FieldProblem> problems = questions.problems(asked);
    const auto next =
        std::find_if(problems.begin(), problems.end(), [&](const FieldProblem& problem) {
          return asked.contains(problem.field) || questions.is_missing(problem.field);
        });
    if (next == problems.end()) return asked;
    if (asked.contains(next->field) || says_more_than_the_question(*next)) {
      session.talk.note(next->reason);
    }
    questions.ask(*next, asked);
    asked.insert(next->field);
  }
  return asked;
}

void keep_answer(std::vector<FieldText>& fields, std::string_view field,
                 const std::string& answer) {
  std::erase_if(fields, [field](const FieldText& old) { return old.name == field; });
  if (!answer.empty()) fields.push_back({std::string(field), answer});
}

std::string subject_of(std::string_view noun, const std::string& name) {
  return name.empty() ? fmt::format("the {}", noun)
                      : fmt::format("{} \"{}\"", noun, excerpt(name, 64));
}

void refuse_taken(std::string_view noun, const std::vector<std::string>& names,
                  const std::string& name, const std::string& instead) {
  if (std::find(names.begin(), names.end(), name) == names.end()) return;
  const std::string_view article = noun.starts_with('a') ? "an" : "a";
  throw Error(ErrorKind::invalid,
              fmt::format("{} {} is already called \"{}\"", article, noun, name), instead);
}

std::string ask_for_connection(Session& session) {
  const std::vector<std::string> names = connections_to_choose(session);
  if (names.size() == 1) return ask(session.terminal, "Connection", names.front());
  return ask(session.terminal, fmt::format("Connection ({})", join(names, ", ")));
}

void add_unknown_connection(std::vector<FieldProblem>& problems, const Session& session,
                            const std::string& name) {
  const std::vector<std::string> names = connections_to_choose(session);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  const std::string what = name.empty()
                               ? std::string("is required")
                               : fmt::format("there is no connection \"{}\"", excerpt(name, 64));
  problems.push_back({"connection", fmt::format("{}: choose of {}", what, join(names, ", "))});
}

std::vector<std::string> connections_to_choose(const Session& session) {
  std::vector<std::string> names = client::connection_names(session.platform);
  if (!names.empty()) return names;
  throw Error(ErrorKind::usage, "no connections yet", "make one: itsmc connection add");
}

}  // namespace itsmc::cli
