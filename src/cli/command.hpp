#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"

namespace itsmc::cli {

struct GlobalOptions;
struct Session;

/// What parsing chooses; running it does the work. Returns the exit code.
using Action = std::function<int(Session&)>;

/// What a command does with config.toml. `looked_at`: it tells what is in there, so a broken file
/// must not keep it from running.
enum class SettingsUse : std::uint8_t { applied, looked_at };
/// Whether --sort orders the command's rows.
enum class Sorting : std::uint8_t { none, offered };

/// What a command gives on stdout. `rows`: in every format, and --fields tells of them without
/// operands. `answer`: rows whose columns are those of the question. `notes`: nothing, or rows by
/// the way. `text`: a text of its own, for which no format can be chosen.
enum class Prints : std::uint8_t { rows, answer, notes, text };

/// One row per command: parsing, help and suggestions read this table.
struct Command {
  std::string_view noun, verb;  // no verb: the noun is the whole command
  std::string_view summary;     // one line
  std::string_view about;       // more lines for --help; may be empty
  std::string_view examples;    // command lines, one each
  /// Declares the command's options into a struct that the returned Action keeps.
  Action (*build)(OptionSet& options) = nullptr;
  SettingsUse settings = SettingsUse::applied;
  Sorting sorting = Sorting::none;
  Prints prints = Prints::rows;
};

/// All commands, those of one noun together.
[[nodiscard]] std::span<const Command> commands() noexcept;

struct Noun {
  std::string_view name, summary;
};
[[nodiscard]] std::span<const Noun> nouns() noexcept;

/// Every option that may stand in config.toml, once each: what a key there is checked and explained
/// by. The rest is what the setters write into.
struct SettingsOptions {
  std::vector<Option> options;
  std::shared_ptr<GlobalOptions> globals;
  std::vector<Action> actions;
};
[[nodiscard]] SettingsOptions settings_options();
[[nodiscard]] std::vector<std::string> names_of(const SettingsOptions& settings);

/// Null when there is none.
[[nodiscard]] const Command* find_command(std::string_view noun, std::string_view verb) noexcept;
[[nodiscard]] const Noun* find_noun(std::string_view name) noexcept;
/// Verbs of a noun; empty when the noun is a command by itself.
[[nodiscard]] std::vector<std::string> verbs_of(std::string_view noun);

}  // namespace itsmc::cli
