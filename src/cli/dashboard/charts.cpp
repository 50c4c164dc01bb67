#include "cli/dashboard/charts.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

namespace itsmc::cli {
namespace {

constexpr std::array<std::string_view, 9> k_heights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 9> k_ascii_heights{" ", "_", ".", ".", "-",
                                                          "-", "=", "=", "#"};
constexpr std::int64_t k_most_height = 8;

}  // namespace

std::vector<std::int64_t> fold(std::span<const std::int64_t> values, std::size_t columns) {
  if (columns == 0) return {};
  const std::size_t each = std::max<std::size_t>(1, (values.size() + columns - 1) / columns);
  std::vector<std::int64_t> folded;
  for (std::size_t i = 0; i < values.size(); i += each) {
    const auto part = values.subspan(i, std::min(each, values.size() - i));
    folded.push_back(std::accumulate(part.begin(), part.end(), std::int64_t{0}));
  }
  return folded;
}

std::string sparkline(std::span<const std::int64_t> values, Charset charset) {
  std::int64_t most = 1;
  for (const std::int64_t value : values) most = std::max(most, value);
  const auto& heights = charset == Charset::unicode ? k_heights : k_ascii_heights;
  std::string line;
  for (const std::int64_t value : values) {
    const std::int64_t height =
        value <= 0 ? 0 : std::max<std::int64_t>(1, value * k_most_height / most);
    line += heights.at(static_cast<std::size_t>(height));
  }
  return line;
}

std::string bar(std::int64_t value, std::int64_t most, std::size_t columns, Charset charset) {
  if (value <= 0 || most <= 0) return {};
  const auto whole = static_cast<std::int64_t>(columns);
  const std::int64_t length = std::clamp<std::int64_t>(value * whole / most, 1, whole);
  std::string drawn;
  for (std::int64_t i = 0; i < length; ++i) drawn += charset == Charset::unicode ? "█" : "#";
  return drawn;
}

}  // namespace itsmc::cli
