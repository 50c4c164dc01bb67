#include "partners/window_parts.hpp"

#include <chrono>

namespace itsmc::partners {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::hours k_least_length{24};

}  // namespace

std::vector<WindowPart> parts_of(const Window& window, int wanted) {
  if (!window.until || *window.until - window.from < k_least_length) return {WindowPart{}};
  const auto length = *window.until - window.from;
  std::vector<WindowPart> parts(1);
  for (int n = 1; n < wanted; ++n) {
    const auto border = std::chrono::floor<seconds>(window.from + length * n / wanted);
    const TimeValue ms = milliseconds(border.time_since_epoch()).count();
    parts.back().until = ms;
    parts.push_back({.from = ms, .until = {}});
  }
  return parts;
}

Walk part_of(const Walk& walk, const WindowPart& part) {
  Walk within = walk;
  if (part.from) within.window.from = Timestamp(milliseconds(*part.from));
  if (part.until) within.window.until = Timestamp(milliseconds(*part.until));
  return within;
}

}  // namespace itsmc::partners
