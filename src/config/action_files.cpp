#include "itsmc/config/action_files.hpp"

#include <utility>

#include <fmt/format.h>

#include "config/field_file.hpp"
#include "config/named_files.hpp"

namespace itsmc::config {
namespace {

NamedFiles files_in(const std::filesystem::path& directory) {
  return {directory, "action"};
}

std::optional<FieldForm> known_form(std::string_view key) {
  return find_action_field(key) == nullptr ? std::nullopt : std::optional(FieldForm::text);
}

/// Reads
///   connection = "prod"
///   match = "rule=CPU*,severity<=2"
///   set = "assignment_group=Operations\ncontact_type=monitoring"
/// (product.md section 8).
Action parse_action(std::string_view name, std::string_view text, const std::string& file) {
  CheckedAction checked;
  read_fields(text, file, known_form, [&](const std::vector<FieldText>& fields) {
    checked = check_action(name, fields);
    return checked.problems;
  });
  return checked.action;
}

std::string write_action(const Action& action) {
  std::vector<NewKey> keys;
  for (const ActionField& field : action_fields()) {
    keys.push_back({field.name, field.help, field.fallback});
  }
  return write_fields(
      fmt::format(
          "# Action \"{}\". Made to be edited.\n# A line that begins with # shows a default.\n",
          action.name),
      keys, to_fields(action));
}

}  // namespace

ActionFiles::ActionFiles(std::filesystem::path config_dir)
    : directory_(std::move(config_dir.append("actions"))) {}

std::vector<std::string> ActionFiles::names() const {
  return files_in(directory_).names();
}

std::optional<Action> ActionFiles::load(std::string_view name) const {
  const NamedFiles files = files_in(directory_);
  const auto text = files.read(name);
  if (!text) return std::nullopt;
  return parse_action(name, *text, files.path(name).string());
}

void ActionFiles::create(const Action& action) const {
  files_in(directory_).create(action.name, write_action(action));
}

void ActionFiles::change(std::string_view name, const std::vector<FieldText>& changed) const {
  files_in(directory_).edit(name, [&](std::string text, const std::string& file) {
    for (const FieldText& change : changed) text = change_key(text, change, FieldForm::text, file);
    return text;
  });
}

bool ActionFiles::remove(std::string_view name) const {
  return files_in(directory_).remove(name);
}

}  // namespace itsmc::config
