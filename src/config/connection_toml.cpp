#include "config/connection_toml.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/field_file.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

std::optional<FieldForm> known_form(std::string_view key) {
  const ConnectionField* field = find_connection_field(key);
  return field == nullptr ? std::nullopt : std::optional(field->form);
}

std::vector<FieldText> with_defaults(std::vector<FieldText> fields,
                                     const std::vector<FieldText>& defaults) {
  for (const FieldText& fallback : defaults) {
    if (find_field(fields, fallback.name) == nullptr) fields.push_back(fallback);
  }
  return fields;
}

}  // namespace

/// Reads
///   partner = "servicenow"
///   url = "https://prod.service-now.com"
///   sync-days = 30
///   work-items = ["incident", "change-request"]
/// (product.md section 8).
Connection parse_connection(std::string_view name, std::string_view text,
                            const ConnectionSource& source) {
  CheckedConnection checked;
  read_fields(text, source.file, known_form, [&](const std::vector<FieldText>& fields) {
    checked = check_connection(name, with_defaults(fields, source.defaults), SecretsGiven::none,
                               SecretRule::ignore);
    return checked.problems;
  });
  return checked.connection;
}

std::string write_connection(const Connection& connection) {
  std::vector<NewKey> keys;
  for (const ConnectionField& field : connection_fields()) {
    if (field.secret || field.need(connection.partner) == Need::refused) continue;
    keys.push_back({field.name, field.help, field.fallback, field.form});
  }
  return write_fields(
      fmt::format("# Connection \"{}\". Made to be edited; no secret belongs in here.\n"
                  "# A line that begins with # shows a default.\n",
                  connection.name),
      keys, to_fields(connection));
}

std::string change_key(std::string_view text, const FieldText& change, const std::string& file) {
  return change_key(text, change, known_form(change.name).value_or(FieldForm::text), file);
}

std::vector<FieldText> spell(std::string_view text, const std::vector<FieldText>& changes,
                             const std::string& file) {
  std::vector<FieldText> all;
  for (const TomlWord& word : read_toml(text, file)) {
    if (problem_of(word, known_form).empty()) all.push_back({word.key, word.value});
  }
  all.insert(all.end(), changes.begin(), changes.end());
  const CheckedConnection checked =
      check_connection("name", all, SecretsGiven::none, SecretRule::ignore);
  std::vector<std::string> problems;
  for (const FieldProblem& problem : checked.problems) {
    const bool ours = std::any_of(changes.begin(), changes.end(), [&](const FieldText& change) {
      return change.name == problem.field;
    });
    if (ours) problems.push_back(fmt::format("{}: {}", problem.field, problem.reason));
  }
  if (!problems.empty()) throw Error(ErrorKind::invalid, join(problems, "\n"));
  const std::vector<FieldText> said = to_fields(checked.connection);
  std::vector<FieldText> spelled;
  for (const FieldText& change : changes) {
    std::string value(trim(change.value));
    const auto found = std::find_if(said.begin(), said.end(), [&](const FieldText& field) {
      return field.name == change.name;
    });
    const ConnectionField* field = find_connection_field(change.name);
    // What to_fields leaves out is at its default.
    if (!value.empty() && found != said.end()) value = found->value;
    if (!value.empty() && found == said.end() && !field->fallback.empty()) value = field->fallback;
    spelled.push_back({change.name, std::move(value)});
  }
  return spelled;
}

}  // namespace itsmc::config
