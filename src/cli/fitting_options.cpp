#include "cli/fitting_options.hpp"

#include <algorithm>

namespace itsmc::cli {
namespace {

bool is_set(const Environment& environment, std::string_view option) {
  const std::optional<std::string> value = environment(environment_name(option));
  return value && !value->empty();
}

}  // namespace

bool is_default(const Session& session, std::string_view option) {
  return !session.given.options.contains(option) && !is_set(session.platform.getenv, option);
}

std::vector<std::string> fitting_fields(const Session& session, std::span<const Column> columns) {
  const std::vector<std::string>& fields = session.options.fields;
  const bool all_known = std::all_of(fields.begin(), fields.end(), [&](const std::string& field) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const Column& column) { return column.name == field; });
  });
  if (!all_known && is_default(session, "fields")) return {};
  return fields;
}

Error naming_its_variable(const Error& error, const Given& given, const Environment& environment) {
  const std::string& text = error.text();
  if (!text.starts_with("--")) return error;
  const std::size_t end = std::min(text.find_first_of(": "), text.size());
  const std::string option = text.substr(2, end - 2);
  if (given.options.contains(option) || !is_set(environment, option)) return error;
  return {error.kind(), environment_name(option) + text.substr(end), error.hint()};
}

}  // namespace itsmc::cli
