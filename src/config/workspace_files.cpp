#include "itsmc/config/workspace_files.hpp"

#include <utility>

#include <fmt/format.h>

#include "config/field_file.hpp"
#include "config/named_files.hpp"

namespace itsmc::config {
namespace {

NamedFiles files_in(const std::filesystem::path& directory) {
  return {directory, "workspace"};
}

std::optional<FieldForm> known_form(std::string_view key) {
  return find_workspace_field(key) == nullptr ? std::nullopt : std::optional(FieldForm::text);
}

/// Reads
///   resource-id = "/subscriptions/.../Microsoft.OperationalInsights/workspaces/itsm"
///   endpoint = "https://itsmc-abcd.westeurope-1.ingest.monitor.azure.com"
///   rule-id = "dcr-0123456789abcdef0123456789abcdef"
/// (product.md section 8).
Workspace parse_workspace(std::string_view name, std::string_view text, const std::string& file) {
  CheckedWorkspace checked;
  read_fields(text, file, known_form, [&](const std::vector<FieldText>& fields) {
    checked = check_workspace(name, fields);
    return checked.problems;
  });
  return checked.workspace;
}

std::string write_workspace(const Workspace& workspace) {
  std::vector<NewKey> keys;
  for (const WorkspaceField& field : workspace_fields()) {
    keys.push_back({field.name, field.help, field.fallback});
  }
  return write_fields(
      fmt::format("# Workspace \"{}\". Made to be edited; no secret belongs in here.\n"
                  "# A line that begins with # shows a default.\n",
                  workspace.name),
      keys, to_fields(workspace));
}

}  // namespace

WorkspaceFiles::WorkspaceFiles(std::filesystem::path config_dir)
    : directory_(std::move(config_dir.append("workspaces"))) {}

std::vector<std::string> WorkspaceFiles::names() const {
  return files_in(directory_).names();
}

std::optional<Workspace> WorkspaceFiles::load(std::string_view name) const {
  const auto text = files_in(directory_).read(name);
  if (!text) return std::nullopt;
  return parse_workspace(name, *text, path(name).string());
}

void WorkspaceFiles::create(const Workspace& workspace) const {
  files_in(directory_).create(workspace.name, write_workspace(workspace));
}

void WorkspaceFiles::change(std::string_view name, const std::vector<FieldText>& changed) const {
  files_in(directory_).edit(name, [&](std::string text, const std::string& file) {
    for (const FieldText& change : changed) text = change_key(text, change, FieldForm::text, file);
    return text;
  });
}

bool WorkspaceFiles::remove(std::string_view name) const {
  return files_in(directory_).remove(name);
}

std::filesystem::path WorkspaceFiles::path(std::string_view name) const {
  return files_in(directory_).path(name);
}

}  // namespace itsmc::config
