#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::cli {

/// Who said an option that has a value. Of several the first holds.
enum class Source : std::uint8_t { command_line, environment, config_file };
[[nodiscard]] Source source_of(const Session& session, std::string_view option);

/// True for what neither the command line nor a variable said: config.toml's, or the default.
[[nodiscard]] bool is_default(const Session& session, std::string_view option);

/// The fields that were asked for; none where they are config.toml's and this command lacks one:
/// such a default is another command's. Unknown ones of flag and variable stay.
[[nodiscard]] std::vector<std::string> fitting_fields(const Session& session,
                                                      std::span<const Column> columns);

/// An error about an option ("--fields: ...") that a variable gave names the variable instead.
[[nodiscard]] Error naming_its_variable(const Error& error, const Given& given,
                                        const Environment& environment);

}  // namespace itsmc::cli
