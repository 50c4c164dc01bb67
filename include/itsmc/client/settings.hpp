#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/secret.hpp"

namespace itsmc::client {

/// The option defaults of config.toml, by option name; empty when there is no such file. `known`
/// gives every option's name and is asked only when there is a file. Throws Error(config) naming
/// file, line and the nearest known key.
[[nodiscard]] std::vector<FieldText> option_defaults(
    const Platform& platform, const std::function<std::vector<std::string>()>& known);

/// An option default with the place where config.toml says it: "FILE:LINE:COLUMN".
struct PlacedDefault {
  FieldText field;
  std::string place;
};
/// The same with their places. Throws as above.
[[nodiscard]] std::vector<PlacedDefault> placed_defaults(const Platform& platform,
                                                         const std::vector<std::string>& known);

/// A secret out of a file the user named: its first line. Warns in the log when others can read
/// it. Throws Error(invalid).
[[nodiscard]] Secret read_secret(const Platform& platform, const std::filesystem::path& file);

}  // namespace itsmc::client
