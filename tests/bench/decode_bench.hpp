#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include <fmt/format.h>

// What the benchmarks of the four page decoders share:
//   bench_decode[_PRODUCT] [PAGES [RECORDS]]     default 200 pages of 5,000 lean records
// Instructions a record, by the difference of two runs of one page and of three:
//   for n in 1 3; do valgrind --tool=callgrind --callgrind-out-file=/dev/null
//     --toggle-collect='*decode_page*' bench_decode $n; done
// and then (Collected of 3 - Collected of 1) / (2 * 5000).

namespace itsmc::bench {

inline std::string words(std::mt19937& random, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    const std::size_t letters = 2 + random() % 9;
    for (std::size_t i = 0; i < letters; ++i) text += static_cast<char>('a' + random() % 26);
    text += random() % 24 == 0 ? "\\n" : " ";
  }
  return text;
}

inline std::string guid(std::mt19937& random) {
  return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:08x}{:04x}", random(), random() % 65536,
                     random() % 4096, random() % 4096, random(), random() % 65536);
}

/// `page(records)` is the text; `decode(text, spare)` returns the rows that came of it.
template <class Page, class Decode>
int measure(int argc, char** argv, Page page, Decode decode) {
  const int pages = argc > 1 ? std::atoi(argv[1]) : 200;
  const std::size_t records = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5000;
  std::string text = page(records);
  const std::size_t bytes = text.size();
  constexpr std::size_t k_spare = 64;
  text.append(k_spare, '\0');
  double best = 1e9;
  const auto begun = std::chrono::steady_clock::now();
  for (int n = 0; n < pages; ++n) {
    const auto from = std::chrono::steady_clock::now();
    if (decode(std::string_view(text).substr(0, bytes), k_spare) != records) return 1;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
    best = std::min(best, took.count());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const auto line = [&](const char* what, double seconds) {
    fmt::print("{}: {:.0f} records/s, {:.0f} MB/s\n", what, static_cast<double>(records) / seconds,
               static_cast<double>(bytes) / 1e6 / seconds);
  };
  fmt::print("{} pages of {} records, {} bytes a record\n", pages, records, bytes / records);
  line("mean", took.count() / pages);
  line("best", best);
  return 0;
}

}  // namespace itsmc::bench
