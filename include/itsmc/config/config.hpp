#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/log.hpp"
#include "itsmc/core/secret.hpp"

namespace itsmc::config {

/// connections/NAME.toml of one configuration directory. Stateless: reads the files at each call.
class ConnectionFiles {
 public:
  explicit ConnectionFiles(std::filesystem::path config_dir);
  /// Names, sorted. Files that are not NAME.toml are not looked at.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Files that end in .toml, but whose names are no connection's: nobody reads them.
  [[nodiscard]] std::vector<std::filesystem::path> misnamed() const;
  /// Absent when there is no such file. Throws Error(config) "FILE:LINE:COLUMN: KEY: reason" for
  /// bad TOML, unknown keys (nearest offered) and values that break a rule; every problem of the
  /// file.
  [[nodiscard]] std::optional<Connection> load(std::string_view name) const;
  /// Writes a new file with a comment on each key's meaning. Throws Error(storage).
  void create(const Connection& connection) const;
  /// Changes only the lines of the named fields, so that comments and order stay. Throws.
  void change(std::string_view name, const std::vector<FieldText>& changed) const;
  bool remove(std::string_view name) const;
  [[nodiscard]] std::filesystem::path path(std::string_view name) const;

 private:
  std::filesystem::path directory_;
};

/// A file's first line as a secret (a trailing newline goes). Throws Error(invalid). `warn` is told
/// when others can read the file.
[[nodiscard]] Secret read_secret_file(const std::filesystem::path& file, const Log& warn);

/// Runs `sh -c command` and takes its first output line, at most 30 s. Nothing of it is logged.
/// Throws Error(auth) with the exit status and its last line on stderr.
[[nodiscard]] Secret run_secret_command(const std::string& command);

/// The settings of config.toml: default values for options, by their names.
struct Settings {
  std::vector<FieldText> defaults;
  std::vector<std::string> places;  // "FILE:LINE:COLUMN", one for each of them
};
/// Throws Error(config) as above; unknown keys are offered the nearest of `known`.
[[nodiscard]] Settings load_settings(const std::filesystem::path& config_dir,
                                     const std::vector<std::string>& known);

}  // namespace itsmc::config
