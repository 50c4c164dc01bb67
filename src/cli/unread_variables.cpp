#include "cli/unread_variables.hpp"

#include <fmt/format.h>

#include "core/connection_values.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// Only numbers and switches can be judged by themselves; empty: nothing is wrong.
std::string problem_of(const ConnectionField& field, const std::string& value) {
  if (field.form == FieldForm::truth && !parse_flag(value)) {
    return fmt::format("\"{}\" is neither true nor false", excerpt(value, 40));
  }
  if (field.form != FieldForm::number) return {};
  Connection unused;
  return set_field(unused, field.name, value);
}

}  // namespace

std::vector<std::string> unread_variables(const OptionSet& options,
                                          const Environment& environment) {
  std::vector<std::string> sentences;
  for (const ConnectionField& field : connection_fields()) {
    const Option* const option = options.find(field.name);
    if (option != nullptr && option->sources != Sources::command_line) continue;
    const std::string variable = environment_name(field.name);
    const std::optional<std::string> value = environment(variable);
    if (!value || value->empty()) continue;
    const std::string problem = problem_of(field, *value);
    if (problem.empty()) continue;
    sentences.push_back(
        fmt::format("{}: {}; this command does not read it, for one connection "
                    "there is ITSMC_CONNECTION_NAME_{}",
                    variable, problem, variable.substr(6)));
  }
  return sentences;
}

}  // namespace itsmc::cli
