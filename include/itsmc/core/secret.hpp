#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace itsmc {

/// A password, token or client secret. Never formats as itself: there is no operator<<, no
/// fmt::formatter and no JSON conversion; `reveal()` stands only where it goes on the wire or into
/// a secret file. The bytes are overwritten when it dies. A value; no thread rule.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  void wipe() noexcept;
  std::string value_;
};

}  // namespace itsmc
