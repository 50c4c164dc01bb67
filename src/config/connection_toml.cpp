#include "config/connection_toml.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "config/toml_words.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::config {
namespace {

std::string_view name_of(FieldForm form) {
  switch (form) {
    case FieldForm::number:
      return "a whole number, as 30";
    case FieldForm::truth:
      return "true or false, without quotes";
    case FieldForm::list:
      return "a list of text, as [\"a\", \"b\"]";
    case FieldForm::text:
      break;
  }
  return "text, in quotes";
}

/// What is wrong with a key and its value's type; the values themselves are check_connection's.
std::string problem_of(const TomlWord& word) {
  const ConnectionField* field = find_connection_field(word.key);
  std::string secret = problem_of_secret_key(word.key);
  if (!secret.empty()) return secret;
  if (field == nullptr) return {};  // check_connection offers the nearest
  if (!word.problem.empty()) return word.problem;
  if (field->form != word.form) return fmt::format("must be {}", name_of(field->form));
  return {};
}

FieldForm form_of(std::string_view key) {
  const ConnectionField* field = find_connection_field(key);
  return field == nullptr ? FieldForm::text : field->form;
}

std::size_t line_start(std::string_view text, std::size_t byte) {
  const std::size_t newline = byte == 0 ? std::string_view::npos : text.rfind('\n', byte - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t next_line(std::string_view text, std::size_t byte) {
  const std::size_t newline = text.find('\n', byte);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

std::string line_end_of(std::string_view text) {
  const std::size_t newline = text.find('\n');
  const bool windows =
      newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r';
  return windows ? "\r\n" : "\n";
}

std::string edited(std::string_view text, const FieldText& change,
                   const std::vector<TomlWord>& words) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const TomlWord& word) { return word.key == change.name; });
  std::string result(text);
  const std::string value = to_toml(form_of(change.name), change.value);
  if (found == words.end()) {
    if (change.value.empty()) return result;
    const std::string end = line_end_of(text);
    if (!result.empty() && !result.ends_with('\n')) result += end;
    return result + fmt::format("{} = {}{}", change.name, value, end);
  }
  const auto [begin, end] = found->value_bytes;
  if (!change.value.empty()) return result.replace(begin, end - begin, value);
  // The key stands on the line where its value begins, and nothing else does but a comment.
  const std::size_t from = line_start(text, begin);
  return result.erase(from, next_line(text, end) - from);
}

}  // namespace

/// Reads
///   partner = "servicenow"
///   url = "https://prod.service-now.com"
///   sync-days = 30
///   work-items = ["incident", "change-request"]
/// (product.md section 8).
Connection parse_connection(std::string_view name, std::string_view text, const std::string& file) {
  FileProblems problems(file);
  std::vector<FieldText> fields;
  std::map<std::string, std::size_t, std::less<>> lines;
  std::map<std::string, std::string, std::less<>> told;  // a field is blamed once
  for (const TomlWord& word : read_toml(text, file)) {
    lines[word.key] = word.line;
    std::string problem = problem_of(word);
    if (problem.empty()) {
      fields.push_back({word.key, word.value});
      // An empty string is no value, but check_connection takes it as not given.
      if (word.value.empty() && find_connection_field(word.key) != nullptr) {
        problem = "is empty: give it a value or take the line out";
      }
    }
    if (problem.empty()) continue;
    problems.add(word.line, word.key, problem);
    told.emplace(word.key, std::move(problem));
  }
  CheckedConnection checked =
      check_connection(name, fields, SecretsGiven::none, SecretRule::ignore);
  for (const FieldProblem& problem : checked.problems) {
    if (told.contains(problem.field)) continue;
    const auto line = lines.find(problem.field);
    problems.add(line == lines.end() ? 0 : line->second, problem.field, problem.reason);
  }
  problems.raise();
  return checked.connection;
}

std::string write_connection(const Connection& connection) {
  std::map<std::string, std::string, std::less<>> values;
  for (FieldText& field : to_fields(connection)) values.emplace(field.name, std::move(field.value));
  std::string text = fmt::format(
      "# Connection \"{}\". Made to be edited; no secret belongs in here.\n"
      "# A line that begins with # shows a default.\n",
      connection.name);
  for (const ConnectionField& field : connection_fields()) {
    if (field.secret || field.need(connection.partner) == Need::refused) continue;
    const auto value = values.find(field.name);
    const bool given = value != values.end();
    text += fmt::format("\n# {}\n{}{} = {}\n", field.help, given ? "" : "# ", field.name,
                        to_toml(field.form, given ? value->second : field.fallback));
  }
  return text;
}

std::string change_key(std::string_view text, const FieldText& change, const std::string& file) {
  std::string result = edited(text, change, read_toml(text, file));
  // Whatever the file looks like, it is not made worse: the result says what was asked for.
  const std::vector<TomlWord> words = read_toml(result, file);
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const TomlWord& word) { return word.key == change.name; });
  const bool done = change.value.empty() ? found == words.end()
                                         : found != words.end() && found->value == change.value;
  if (done) return result;
  throw Error(ErrorKind::config,
              fmt::format("{}: {}: cannot be changed line by line", file, change.name),
              fmt::format("edit {}", file));
}

std::vector<FieldText> spell(std::string_view text, const std::vector<FieldText>& changes,
                             const std::string& file) {
  std::vector<FieldText> all;
  for (const TomlWord& word : read_toml(text, file)) {
    if (problem_of(word).empty()) all.push_back({word.key, word.value});
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
