#include "config/field_file.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"

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

std::string edited(std::string_view text, const FieldText& change, FieldForm form,
                   const std::vector<TomlWord>& words) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const TomlWord& word) { return word.key == change.name; });
  std::string result(text);
  const std::string value = to_toml(form, change.value);
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

std::string problem_of(const TomlWord& word, const KnownForm& known) {
  std::string secret = problem_of_secret_key(word.key);
  if (!secret.empty()) return secret;
  const std::optional<FieldForm> form = known(word.key);
  if (!form) return {};  // the checks offer the nearest
  if (!word.problem.empty()) return word.problem;
  if (*form != word.form) return fmt::format("must be {}", name_of(*form));
  return {};
}

void read_fields(std::string_view text, const std::string& file, const KnownForm& known,
                 const CheckFields& check) {
  FileProblems problems(file);
  std::vector<FieldText> fields;
  std::map<std::string, LinePlace, std::less<>> places;
  std::map<std::string, std::string, std::less<>> told;  // a field is blamed once
  for (const TomlWord& word : read_toml(text, file)) {
    places[word.key] = word.place;
    std::string problem = problem_of(word, known);
    if (problem.empty()) {
      fields.push_back({word.key, word.value});
      // An empty string is no value, but the checks take it as not given.
      if (word.value.empty() && known(word.key)) {
        problem = "is empty: give it a value or take the line out";
      }
    }
    if (problem.empty()) continue;
    problems.add(word.place, word.key, problem);
    told.emplace(word.key, std::move(problem));
  }
  for (const FieldProblem& problem : check(fields)) {
    if (told.contains(problem.field)) continue;
    const auto place = places.find(problem.field);
    problems.add(place == places.end() ? LinePlace{} : place->second, problem.field,
                 problem.reason);
  }
  problems.raise();
}

std::string write_fields(std::string head, const std::vector<NewKey>& keys,
                         const std::vector<FieldText>& values) {
  for (const NewKey& key : keys) {
    const auto value = std::find_if(values.begin(), values.end(), [&key](const FieldText& field) {
      return field.name == key.key;
    });
    const bool given = value != values.end();
    head += fmt::format("\n# {}\n{}{} = {}\n", key.help, given ? "" : "# ", key.key,
                        to_toml(key.form, given ? std::string_view(value->value) : key.fallback));
  }
  return head;
}

std::string change_key(std::string_view text, const FieldText& change, FieldForm form,
                       const std::string& file) {
  std::string result = edited(text, change, form, read_toml(text, file));
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

}  // namespace itsmc::config
