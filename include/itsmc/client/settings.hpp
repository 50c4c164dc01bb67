#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/secret.hpp"

namespace itsmc::client {

/// What config.toml may hold.
struct KnownSettings {
  std::vector<std::string> names;
  /// Throws Error for a value that no command takes.
  std::function<void(const FieldText&)> check;
  /// Whether the command reads the option of this name; unset: it reads all.
  std::function<bool(const std::string&)> reads;
};

/// False for a key that config.toml refuses whatever its value.
[[nodiscard]] bool may_stand_in_settings(const std::string& key);

/// Why `known` refuses a value; empty: it does not.
[[nodiscard]] std::string problem_of_value(const KnownSettings& known, const FieldText& field);

/// The option defaults of config.toml, by option name; empty when there is no such file. `known`
/// is asked only when there is a file. Throws Error(config) with every problem of the file, each
/// with file, line and column; a bad value of an option that the command does not read is left out.
[[nodiscard]] std::vector<FieldText> option_defaults(const Platform& platform,
                                                     const std::function<KnownSettings()>& known);

/// A secret out of a file the user named: its first line. Warns in the log when others can read
/// it. Throws Error(invalid).
[[nodiscard]] Secret read_secret(const Platform& platform, const std::filesystem::path& file);

}  // namespace itsmc::client
