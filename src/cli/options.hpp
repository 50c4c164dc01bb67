#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/environment_words.hpp"

namespace itsmc::cli {

/// Takes an option's text into a command's options struct. Throws Error(usage) that says what is
/// wrong with the value; who calls it puts the option's name before that. A value.
class Setter {
 public:
  Setter() = default;
  template <typename Take>
  requires(!std::same_as<Take, Setter> && std::invocable<Take&, const std::string&>)
      Setter(Take take)
      : take_(std::move(take)) {}
  template <typename Take>
  Setter(Take take, std::vector<std::string> choices)
      : take_(std::move(take)), choices_(std::move(choices)) {}

  void operator()(const std::string& text) const { take_(text); }
  explicit operator bool() const noexcept { return static_cast<bool>(take_); }
  /// The only words that it takes; none: it cannot be said.
  [[nodiscard]] const std::vector<std::string>& choices() const noexcept { return choices_; }

 private:
  std::function<void(const std::string& text)> take_;
  std::vector<std::string> choices_;
};

/// Where an option's value may come from. `command_line` is for what takes a command's place (help,
/// version); `command_line_and_environment` for what changes something for good (connection edit):
/// a default must not.
enum class Sources : std::uint8_t { all, command_line_and_environment, command_line };

enum class OptionGroup : std::uint8_t { command, common };

/// What an empty value is. A script's unset variable looks the same, so it is refused; `meant`: it
/// says something of its own, as emptying a field does.
enum class Blank : std::uint8_t { refused, meant };

/// What an option is, once: parsing, help, ITSMC_<OPTION> and config.toml read this row.
struct Option {
  std::string name;   // "sync-days"
  std::string value;  // "DAYS" in help; empty: a flag
  std::string help;
  Setter set = {};
  char letter = 0;
  Sources sources = Sources::all;
  /// Takes config.toml's text where the connection's own ranks between the two; else `set` does.
  Setter set_default = {};
  OptionGroup group = OptionGroup::command;
  std::string fallback = {};  // what holds when nobody says anything; empty: it depends, or nothing
  Blank blank = Blank::refused;
};

enum class Arity : std::uint8_t { none, one, maybe, two, many };

/// The bare words behind the verb.
struct Operand {
  std::string name;  // "NAME"
  std::string help;
  Arity arity = Arity::none;
  Setter set = {};
};

/// The options of one command, in the order of its help. Setters refer to the command's options
/// struct, which the chosen Action keeps alive.
class OptionSet {
 public:
  void add(Option option);
  void add(Operand operand) { operand_ = std::move(operand); }
  [[nodiscard]] std::span<const Option> options() const noexcept { return options_; }
  [[nodiscard]] const Operand& operand() const noexcept { return operand_; }
  [[nodiscard]] const Option* find(std::string_view name) const noexcept;
  [[nodiscard]] const Option* find(char letter) const noexcept;

 private:
  std::vector<Option> options_;
  Operand operand_;
};

// Setters: the target outlives the parsing.
[[nodiscard]] Setter into(bool& target);  // "true", "yes", "1", "on" and their opposites
[[nodiscard]] Setter into(std::optional<bool>& target);
[[nodiscard]] Setter into(std::string& target);
[[nodiscard]] Setter into(std::optional<std::string>& target);
[[nodiscard]] Setter append_to(std::vector<std::string>& target);
/// "a,b" and repeated options alike; empty parts are dropped.
[[nodiscard]] Setter list_into(std::vector<std::string>& target);
/// One of `allowed`; anything else names the nearest.
[[nodiscard]] Setter choice_into(std::string& target, std::vector<std::string> allowed);
struct Range {
  std::int64_t least = 0, most = 0;
};
/// A whole number, without separators.
[[nodiscard]] Setter count_into(std::int64_t& target, Range range);
[[nodiscard]] Setter count_into(std::optional<std::int64_t>& target, Range range);
[[nodiscard]] Setter duration_into(std::optional<std::chrono::milliseconds>& target);

}  // namespace itsmc::cli
