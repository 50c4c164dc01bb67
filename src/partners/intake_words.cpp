#include "partners/intake_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::partners {
namespace {

constexpr std::size_t k_most_shown = 30;

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

}  // namespace

void require_correlation_id(std::string_view id) {
  if (id.empty() || id.size() > k_longest_correlation_id) {
    throw Error(ErrorKind::invalid,
                fmt::format("a correlation id has 1 to {} characters, this one {}",
                            k_longest_correlation_id, id.size()));
  }
}

void refuse_problems(const std::vector<FieldProblem>& problems) {
  if (problems.empty()) return;
  std::vector<std::string> words;
  words.reserve(problems.size());
  for (const FieldProblem& one : problems) words.push_back(one.field + ": " + one.reason);
  throw Error(ErrorKind::invalid, join(words, "; "));
}

std::string name_items(std::string_view words, const std::vector<ConfigItem>& items,
                       std::size_t first) {
  std::vector<std::string> names;
  for (std::size_t i = first; i < items.size(); ++i) {
    names.push_back(fmt::format("{} ({} {})", items[i].name, items[i].klass, items[i].id));
  }
  return fmt::format("{} {}", words, join(names, ", "));
}

std::string offer_choices(std::string_view near, std::vector<std::string> choices) {
  const std::size_t all = choices.size();
  if (all > k_most_shown) choices.resize(k_most_shown);
  std::string text = near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near);
  text += "valid: " + join(choices, ", ");
  if (all > choices.size()) text += fmt::format(" and {} more", all - choices.size());
  return text;
}

std::string cut_text(std::string_view text, std::size_t max_length) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_character(text[i]) && seen++ == max_length) return std::string(text.substr(0, i));
  }
  return std::string(text);
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

}  // namespace itsmc::partners
