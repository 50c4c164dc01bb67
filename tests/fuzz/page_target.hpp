#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "itsmc/core/error.hpp"
#include "itsmc/core/work_item.hpp"

namespace itsmc::fuzz {

/// What a decoder made of a text, as far as two readings are compared.
struct Decoded {
  bool complete = false;
  std::vector<std::uint64_t> hashes;
  bool operator==(const Decoded&) const = default;
};

/// `decode(text, scratch, batch)` says whether the page is complete, or throws Error.
template <class Scratch, class Decode>
Decoded decoded(std::string_view text, Scratch& scratch, Decode decode) {
  WorkItemBatch batch;
  Decoded seen;
  try {
    seen.complete = decode(text, scratch, batch);
  } catch (const Error& error) {
    if (error.text().empty() || error.kind() == ErrorKind::unforeseen) std::abort();
    return seen;
  }
  if (!seen.complete && !batch.empty()) std::abort();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const bool mapped = !batch[i].text(TextField::id).empty() &&
                        batch[i].time_value(TimeField::updated_at) != k_no_time;
    if (!mapped) std::abort();
    seen.hashes.push_back(batch[i].hash());
  }
  return seen;
}

/// Reads anything as a page: complete, cut off or an Error. What was learned from one page must not
/// change the next, and no beginning of a complete page is complete.
template <class Scratch, class Decode>
int read_as_page(const std::uint8_t* bytes, std::size_t size, Decode decode) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  Scratch scratch;
  const Decoded first = decoded(text, scratch, decode);
  if (decoded(text, scratch, decode) != first) std::abort();
  if (!first.complete) return 0;
  while (!text.empty() && text.back() != '}') text.remove_suffix(1);
  if (!text.empty() && decoded(text.substr(0, text.size() - 1), scratch, decode).complete) {
    std::abort();
  }
  return 0;
}

}  // namespace itsmc::fuzz
