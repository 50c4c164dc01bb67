#include "client/bad_fields.hpp"

#include <fmt/format.h>

namespace itsmc::client {

std::string bad_fields(const std::vector<FieldProblem>& problems) {
  std::string text;
  for (const FieldProblem& problem : problems) {
    text += fmt::format("{}--{}: {}", text.empty() ? "" : "; ", problem.field, problem.reason);
  }
  return text;
}

}  // namespace itsmc::client
