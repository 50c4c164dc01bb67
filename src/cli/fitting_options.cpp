#include "cli/fitting_options.hpp"

#include <algorithm>

namespace itsmc::cli {

Source source_of(const Session& session, std::string_view option) {
  if (session.given.options.contains(option)) return Source::command_line;
  return from_environment(option, session.platform.getenv) ? Source::environment
                                                           : Source::config_file;
}

bool is_default(const Session& session, std::string_view option) {
  return source_of(session, option) == Source::config_file;
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
  if (given.options.contains(option) || !from_environment(option, environment)) return error;
  return {error.kind(), environment_name(option) + text.substr(end), error.hint()};
}

}  // namespace itsmc::cli
