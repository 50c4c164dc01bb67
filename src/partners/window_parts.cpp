#include "partners/window_parts.hpp"

#include <chrono>

namespace itsmc::partners {
namespace {

constexpr std::chrono::hours k_least_length{24};

}  // namespace

std::vector<Window> parts_of(const Window& window, int wanted) {
  if (!window.until || *window.until - window.from < k_least_length) return {window};
  const auto length = *window.until - window.from;
  std::vector<Window> parts;
  Timestamp from = window.from;
  for (int n = 1; n < wanted; ++n) {
    const Timestamp border =
        std::chrono::floor<std::chrono::seconds>(window.from + length * n / wanted);
    parts.push_back({.from = from, .until = border});
    from = border;
  }
  parts.push_back({.from = from, .until = window.until});
  return parts;
}

}  // namespace itsmc::partners
