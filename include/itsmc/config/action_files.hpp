#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/action.hpp"

namespace itsmc::config {

/// actions/NAME.toml of one configuration directory. Stateless: reads the files at each call.
class ActionFiles {
 public:
  explicit ActionFiles(std::filesystem::path config_dir);
  /// Names, sorted.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Absent when there is no such file. Throws Error(config) "FILE:LINE:COLUMN: KEY: reason" with
  /// every problem of the file.
  [[nodiscard]] std::optional<Action> load(std::string_view name) const;
  /// Writes a new file with a comment on each key's meaning. Throws Error(invalid) when it exists,
  /// Error(storage).
  void create(const Action& action) const;
  /// Changes keys of the file, where its comments stay; an empty value takes the key away. Throws
  /// Error(not_found).
  void change(std::string_view name, const std::vector<FieldText>& changed) const;
  /// True when there was one.
  bool remove(std::string_view name) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace itsmc::config
