#include "cli/options.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/connection_values.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/core/time.hpp"

namespace itsmc::cli {
namespace {

[[noreturn]] void refuse(std::string reason) {
  throw Error(ErrorKind::usage, std::move(reason));
}

bool read_flag(const std::string& text) {
  const std::optional<bool> value = parse_switch(text);
  if (!value) refuse(fmt::format("\"{}\" is neither true nor false", excerpt(text, 40)));
  return *value;
}

std::int64_t read_count(const std::string& text, Range range) {
  // No separators: "3,2" is a slip, and "1,000" is one and no thousandths elsewhere.
  const std::string_view digits = trim(text);
  std::int64_t value = 0;
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 10);
  if (problem != std::errc() || end != digits.data() + digits.size()) {
    refuse(fmt::format("\"{}\" is not a whole number", excerpt(text, 40)));
  }
  if (value < range.least || value > range.most) {
    if (range.most == std::numeric_limits<std::int64_t>::max()) {
      refuse(fmt::format("{} is less than {}", value, range.least));
    }
    refuse(fmt::format("{} is not between {} and {}", value, range.least, range.most));
  }
  return value;
}

}  // namespace

void OptionSet::add(Option option) {
  options_.push_back(std::move(option));
}

const Option* OptionSet::find(std::string_view name) const noexcept {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [name](const Option& option) { return option.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

const Option* OptionSet::find(char letter) const noexcept {
  const auto found = std::find_if(options_.begin(), options_.end(), [letter](const Option& option) {
    return letter != 0 && option.letter == letter;
  });
  return found == options_.end() ? nullptr : &*found;
}

Setter into(bool& target) {
  return [&target](const std::string& text) { target = read_flag(text); };
}
Setter into(std::optional<bool>& target) {
  return [&target](const std::string& text) { target = read_flag(text); };
}
Setter into(std::string& target) {
  return [&target](const std::string& text) { target = text; };
}
Setter into(std::optional<std::string>& target) {
  return [&target](const std::string& text) { target = text; };
}
Setter append_to(std::vector<std::string>& target) {
  return [&target](const std::string& text) { target.push_back(text); };
}

Setter list_into(std::vector<std::string>& target) {
  return [&target](const std::string& text) {
    const std::size_t before = target.size();
    for (const std::string& part : split(text, ',')) {
      if (!trim(part).empty()) target.emplace_back(trim(part));
    }
    if (target.size() == before && !trim(text).empty()) refuse("it names nothing");
  };
}

Setter choice_into(std::string& target, std::vector<std::string> allowed) {
  auto take = [&target, allowed](const std::string& text) {
    if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
      const std::string near = nearest(text, allowed);
      refuse(fmt::format("\"{}\" is not one of {}{}", excerpt(text, 40), join(allowed, ", "),
                         near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near)));
    }
    target = text;
  };
  return {std::move(take), std::move(allowed)};
}

Setter count_into(std::int64_t& target, Range range) {
  return [&target, range](const std::string& text) { target = read_count(text, range); };
}
Setter count_into(std::optional<std::int64_t>& target, Range range) {
  return [&target, range](const std::string& text) { target = read_count(text, range); };
}

Setter duration_into(std::optional<std::chrono::milliseconds>& target) {
  return [&target](const std::string& text) {
    target = parse_duration(text);
    if (!target) {
      refuse(fmt::format("\"{}\" is not a duration such as 30s, 5m or 2h", excerpt(text, 40)));
    }
  };
}

}  // namespace itsmc::cli
