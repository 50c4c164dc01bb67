#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
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
  /// The same with `defaults` for the fields that the file does not give and its partner takes.
  [[nodiscard]] std::optional<Connection> load(std::string_view name,
                                               const std::vector<FieldText>& defaults) const;
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

/// One key of config.toml: a default value for an option, or for a field of all connections.
struct Setting {
  enum class Fault : std::uint8_t { none, key, value };
  FieldText field;
  std::string place;          // "FILE:LINE:COLUMN"
  Fault fault = Fault::none;  // what cannot be used
  std::string problem;        // why
};
/// Why an option cannot take a value; empty: it can.
using SettingRule = std::function<std::string(const FieldText&)>;
/// Why a key may not stand in config.toml, whatever its value: a secret, what belongs to one
/// connection, what moves the file itself; empty: it may, where it is an option.
[[nodiscard]] std::string problem_of_settings_key(std::string_view key);
/// Every key of config.toml in the order of its lines, also those that cannot be used; unknown ones
/// are offered the nearest of `known`. Throws Error(config) when the file cannot be read, or is not
/// TOML.
[[nodiscard]] std::vector<Setting> look_at_settings(const std::filesystem::path& config_dir,
                                                    const std::vector<std::string>& known,
                                                    const SettingRule& rule);
/// Whether somebody reads the setting of this key.
using SettingReader = std::function<bool(const std::string& key)>;
/// The same where all can be used. A bad value that `reads` denies is left out; unset, it reads
/// all. Throws Error(config) with every other problem of the file, each in a line.
[[nodiscard]] std::vector<Setting> load_settings(const std::filesystem::path& config_dir,
                                                 const std::vector<std::string>& known,
                                                 const SettingRule& rule,
                                                 const SettingReader& reads = {});
/// What config.toml says of the fields that it may give to all connections, where they can be used.
/// Empty for a file that is not TOML: who needs it whole says so.
[[nodiscard]] std::vector<FieldText> fields_of_all(const std::filesystem::path& config_dir);

}  // namespace itsmc::config
