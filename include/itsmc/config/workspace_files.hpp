#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/workspace.hpp"

namespace itsmc::config {

/// workspaces/NAME.toml of one configuration directory. Stateless: reads the files at each call.
class WorkspaceFiles {
 public:
  explicit WorkspaceFiles(std::filesystem::path config_dir);
  /// Names, sorted.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Absent when there is no such file. Throws Error(config) "FILE:LINE:COLUMN: KEY: reason" with
  /// every problem of the file.
  [[nodiscard]] std::optional<Workspace> load(std::string_view name) const;
  /// Writes a new file with a comment on each key's meaning. Throws Error(invalid) when it exists,
  /// Error(storage).
  void create(const Workspace& workspace) const;
  /// Changes only the lines of the named fields, so that comments and order stay; the values are
  /// checked ones. Throws Error(not_found|config|storage).
  void change(std::string_view name, const std::vector<FieldText>& changed) const;
  /// True when there was one.
  bool remove(std::string_view name) const;
  [[nodiscard]] std::filesystem::path path(std::string_view name) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace itsmc::config
