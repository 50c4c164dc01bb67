#include "cli/commands/unquoted.hpp"

#include <algorithm>

#include "cli/command.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/core/workspace.hpp"

namespace itsmc::cli {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// From the first quote to the last: a value may hold quotes itself. An apostrophe within a word is
/// none.
std::string without_quotes(std::string_view line) {
  const auto opens = [line](std::size_t at) {
    return line[at] == '"' || (line[at] == '\'' && (at == 0 || line[at - 1] == ' '));
  };
  const auto closes = [line](std::size_t at) {
    return line[at] == '"' ||
           (line[at] == '\'' && (at + 1 == line.size() || !is_letter(line[at + 1])));
  };
  std::size_t first = 0;
  while (first < line.size() && !opens(first)) ++first;
  if (first == line.size()) return std::string(line);
  std::size_t last = line.size();
  while (last > first + 1 && !closes(last - 1)) --last;
  if (last == first + 1) last = line.size();  // never closed
  return std::string(line.substr(0, first)) + "(given)" + std::string(line.substr(last));
}

bool is_known(std::string_view key, const std::vector<std::string>& known) {
  // toml++'s words begin so; a variable's name is ours.
  return key.starts_with("Error while parsing") || key.starts_with("ITSMC_CONNECTION_") ||
         std::find(known.begin(), known.end(), key) != known.end();
}

/// "FILE:LINE:COLUMN: KEY: reason", where the key may be anything.
std::string without_unknown_key(const std::string& line, const std::vector<std::string>& known) {
  const std::size_t key = line.find(": ");
  if (key == std::string::npos) return line;
  const std::size_t reason = line.find(": ", key + 2);
  if (reason == std::string::npos) return line;
  if (is_known(std::string_view(line).substr(key + 2, reason - key - 2), known)) return line;
  return line.substr(0, key + 2) + "(a key)" + line.substr(reason);
}

}  // namespace

std::string unquoted(std::string_view text, const std::vector<std::string>& known) {
  std::vector<std::string> lines;
  for (const std::string& line : split(text, '\n')) {
    lines.push_back(without_quotes(without_unknown_key(line, known)));
  }
  return join(lines, "\n");
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys = names_of(settings_options());
  for (const ConnectionField& field : connection_fields()) keys.emplace_back(field.name);
  for (const WorkspaceField& field : workspace_fields()) keys.emplace_back(field.name);
  return keys;
}

}  // namespace itsmc::cli
