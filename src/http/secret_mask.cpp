#include "http/secret_mask.hpp"

#include <string.h>  // explicit_bzero

#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

constexpr std::string_view k_masked = "***";

// A shorter secret stands within other words by chance: "su***scription" would tell what it is.
constexpr std::size_t k_least_within_words = 4;

bool is_word(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_masked_at(const std::string& text, std::size_t at, std::size_t size) noexcept {
  if (size >= k_least_within_words) return true;
  const std::size_t end = at + size;
  return (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
}

}  // namespace

void wipe(std::string& text) noexcept {
  explicit_bzero(text.data(), text.size());
}

SecretMask::SecretMask(const std::vector<std::pair<std::string, std::string>>& form) {
  for (const auto& [name, value] : form) {
    const bool secret = name == "password" || name == "client_secret" || name == "refresh_token";
    if (!secret || value.empty()) continue;
    spelled_.push_back(value);
    spelled_.push_back(percent_encode(value));
  }
}

SecretMask::~SecretMask() {
  for (std::string& spelled : spelled_) wipe(spelled);
}

std::string SecretMask::masked(std::string text) const {
  for (const std::string& spelled : spelled_) {
    std::size_t at = text.find(spelled);
    while (at != std::string::npos) {
      const bool masks = is_masked_at(text, at, spelled.size());
      if (masks) text.replace(at, spelled.size(), k_masked);
      at = text.find(spelled, at + (masks ? k_masked.size() : 1));
    }
  }
  return text;
}

}  // namespace itsmc::http
