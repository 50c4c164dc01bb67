#include "http/secret_mask.hpp"

#include <string.h>  // explicit_bzero

#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

constexpr std::string_view k_masked = "***";

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
    for (; at != std::string::npos; at = text.find(spelled, at + k_masked.size())) {
      text.replace(at, spelled.size(), k_masked);
    }
  }
  return text;
}

}  // namespace itsmc::http
