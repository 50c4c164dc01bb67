// Deterministic pseudo-random numbers: the same seed gives the same instance everywhere.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace itsmc::sim {

// One step of SplitMix64: a well spread function of its input.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// A generator IS a counter run through `mix`. Not thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mix(seed)) {}
  std::uint64_t next() { return mix(state_++); }
  // 0 <= result < bound; bounds here are far below 2^32, so the bias of % is nothing.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

constexpr std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  std::uint64_t h = mix(seed + text.size());
  for (const char c : text) h = mix(h ^ static_cast<unsigned char>(c));
  return h;
}

// 32 hex digits, well spread, derived from the text: how sys_ids and tokens are made.
inline std::string hex_id(std::string_view text) {
  static constexpr char k_hex[] = "0123456789abcdef";
  std::string out(32, '0');
  std::uint64_t word = hash_text(text, 1);
  for (std::size_t i = 0; i < 32; ++i) {
    if (i == 16) word = hash_text(text, 2);
    out[i] = k_hex[(word >> (60 - 4 * (i % 16))) & 15];
  }
  return out;
}

}  // namespace itsmc::sim
