#include <algorithm>

#include <fmt/format.h>

#include "client/certificate_file.hpp"
#include "core/connection_values.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::client {
namespace {

/// Empty where the field was not given, or is not well in itself.
std::string well_given(const std::vector<FieldText>& fields, std::string_view name) {
  const FieldText* const found = find_field(fields, name);
  if (found == nullptr) return {};
  Connection unused;
  const std::string value(trim(found->value));
  return set_field(unused, name, value).empty() ? value : std::string();
}

}  // namespace

std::vector<FieldProblem> problems_of_files(const std::vector<FieldText>& fields) {
  const std::string file = well_given(fields, "ca-file");
  if (file.empty() || certificates_of(file) > 0) return {};
  return {{"ca-file", fmt::format("\"{}\" holds no certificate that can be read", file)}};
}

std::vector<FieldProblem> problems_of_workspace(const Platform& platform,
                                                const std::vector<FieldText>& fields) {
  const std::string name = well_given(fields, "workspace");
  const std::vector<std::string> names = workspace_names(platform);
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return {};
  return {{"workspace", fmt::format("no workspace is called \"{}\"", name)}};
}

}  // namespace itsmc::client
