// The words that made-up rows are written with.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "shared/random.hpp"

namespace itsmc::sim {

inline constexpr std::array<std::string_view, 58> k_words{"VPN",
                                                          "drops",
                                                          "after",
                                                          "login",
                                                          "printer",
                                                          "queue",
                                                          "stuck",
                                                          "email",
                                                          "delayed",
                                                          "password",
                                                          "reset",
                                                          "laptop",
                                                          "slow",
                                                          "disk",
                                                          "full",
                                                          "server",
                                                          "unreachable",
                                                          "SAP",
                                                          "export",
                                                          "fails",
                                                          "network",
                                                          "share",
                                                          "missing",
                                                          "outlook",
                                                          "crash",
                                                          "badge",
                                                          "reader",
                                                          "offline",
                                                          "request",
                                                          "access",
                                                          "monitor",
                                                          "flicker",
                                                          "database",
                                                          "timeout",
                                                          "loop",
                                                          "certificate",
                                                          "expired",
                                                          "caf\u00e9",
                                                          "Z\u00fcrich",
                                                          "na\u00efve",
                                                          "\u00dcbersicht",
                                                          "\u6771\u4eac",
                                                          "phone",
                                                          "screen",
                                                          "broken",
                                                          "backup",
                                                          "job",
                                                          "failed",
                                                          "invoice",
                                                          "rejected",
                                                          "blocked",
                                                          "cable",
                                                          "router",
                                                          "switch",
                                                          "proxy",
                                                          "firewall",
                                                          "tablet",
                                                          "scanner"};

template <class List>
std::string_view one_of(const List& list, Random& random) {
  return list[random.below(list.size())];
}

// Appends that many words.
inline void add_words(std::uint64_t count, Random& random, std::string& out) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) out += ' ';
    out += one_of(k_words, random);
  }
}

// 8 to 48 words; half of them with a line end, quotes, a tab and a backslash.
inline void add_text(Random& random, std::string& out) {
  add_words(8 + random.below(41), random, out);
  if (!random.chance(50)) return;
  const auto blank = out.find(' ');
  if (blank != std::string::npos) out.replace(blank, 1, "\r\n");
  out += " said \"" + std::string(one_of(k_words, random)) + "\"\tpath C:\\temp";
}

}  // namespace itsmc::sim
