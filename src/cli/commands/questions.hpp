#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::cli {

/// Fields that people were asked for: they may be asked for again.
using Asked = std::set<std::string, std::less<>>;

/// How a command says what it lacks, and asks for one thing. What the functions refer to outlives
/// it. One thread.
struct Questions {
  /// What is missing or wrong now, in the order in which it is asked for. Throws Error for what no
  /// answer would mend.
  std::function<std::vector<FieldProblem>(const Asked& asked)> problems;
  /// True for what nobody gave: what came by an option is not asked again.
  std::function<bool(const std::string& field)> is_missing;
  /// Asks once and keeps the answer. Throws Error(cancelled) as `ask` does.
  std::function<void(const FieldProblem& problem, const Asked& asked)> ask;
};

/// Asks for the first thing that is missing, or was answered wrongly, until there is none. Says why
/// where the question alone would not. Returns what it asked for: nothing where nobody can be
/// asked.
Asked ask_for_missing(Session& session, const Questions& questions);

/// Keeps an answer in place of what stood there; an empty one takes the field away.
void keep_answer(std::vector<FieldText>& fields, std::string_view field, const std::string& answer);

/// What is to be added, by its noun: "connection \"prod\"", or "the connection" without a name.
[[nodiscard]] std::string subject_of(std::string_view noun, const std::string& name);
/// Throws Error(invalid) where one of the names is this one, with what to type `instead`: before
/// more is typed in vain.
void refuse_taken(std::string_view noun, const std::vector<std::string>& names,
                  const std::string& name, const std::string& instead);

/// "Connection (prod, test): ", or "Connection [prod]: " where there is one. The answer may be
/// wrong.
[[nodiscard]] std::string ask_for_connection(Session& session);
/// Adds what is wrong with such an answer; nothing where the connection is there.
void add_unknown_connection(std::vector<FieldProblem>& problems, const Session& session,
                            const std::string& name);
/// Names of all connections. Throws Error(usage) where there is none yet: no answer would do.
[[nodiscard]] std::vector<std::string> connections_to_choose(const Session& session);

}  // namespace itsmc::cli
