#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::cli {

/// The command's words among the arguments, found before any of its options is built; the rest
/// keeps its order.
struct CommandWords {
  std::string noun, verb;  // empty: not there
  std::vector<std::string> rest;
};
/// `common` says which options before the words take a value.
[[nodiscard]] CommandWords take_words(std::span<const std::string> arguments,
                                      const OptionSet& common);

/// Throws Error(usage) when a secret stands on the command line, naming the accepted ways and never
/// the value: other users of the machine can read every process's arguments.
void refuse_secret_values(std::span<const std::string> arguments);

/// What the command line said, not yet converted.
struct Given {
  std::map<std::string, std::vector<std::string>, std::less<>> options;  // by long name
  std::vector<std::string> operands;
};
/// Throws Error(usage): an unknown option (named, with the nearest), a missing value. `command`
/// is for the hint: "workitem list".
[[nodiscard]] Given read_arguments(const OptionSet& options, std::vector<std::string> arguments,
                                   std::string_view command);

using Environment = std::function<std::optional<std::string>(const std::string& name)>;
/// What the option's variable says; one that is empty counts as unset.
[[nodiscard]] std::optional<std::string> from_environment(std::string_view option,
                                                          const Environment& environment);
/// Sets every option from the command line, else from ITSMC_<OPTION>. Throws Error(usage).
void apply(const OptionSet& options, const Given& given, const Environment& environment);
/// Sets from config.toml what neither the command line nor the environment gave. A default that
/// this command cannot take is passed over: it is another's.
void apply_defaults(const OptionSet& options, const Given& given, const Environment& environment,
                    std::span<const FieldText> defaults);
/// Checks how many there are and sets them. Throws Error(usage).
void apply_operands(const OptionSet& options, const std::vector<std::string>& words,
                    std::string_view command);

}  // namespace itsmc::cli
