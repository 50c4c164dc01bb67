#pragma once

#include <string>
#include <utility>
#include <vector>

namespace itsmc::http {

/// Overwrites what held secrets: a core file shall not show them.
void wipe(std::string& text) noexcept;

/// The secrets of a form, to take them out of an answer that repeats them: as they are and as a
/// form writes them. The bytes are overwritten when it dies.
class SecretMask {
 public:
  SecretMask() = default;  // masks nothing
  explicit SecretMask(const std::vector<std::pair<std::string, std::string>>& form);
  SecretMask(const SecretMask&) = delete;
  SecretMask& operator=(const SecretMask&) = delete;
  ~SecretMask();

  /// The text with "***" in the place of each.
  [[nodiscard]] std::string masked(std::string text) const;

 private:
  std::vector<std::string> spelled_;
};

}  // namespace itsmc::http
