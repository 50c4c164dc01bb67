#include "core/environment_words.hpp"

namespace itsmc {

std::string environment_word(std::string_view name) {
  std::string word;
  for (const char c : name) {
    const bool small = c >= 'a' && c <= 'z';
    word += c == '-' ? '_' : small ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return word;
}

std::string environment_name(std::string_view option) {
  return "ITSMC_" + environment_word(option);
}

}  // namespace itsmc
