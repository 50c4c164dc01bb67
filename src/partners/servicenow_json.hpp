#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {

/// Which field each place of a row was last time: the rows of a page have the same keys in the
/// same order, so one compare finds the field (performance reference 2). One thread.
class KeyOrder {
 public:
  void start_page(const FieldMap& map);
  void start_row() noexcept {
    next_ = keys_.data();
    end_ = keys_.data() + keys_.size();
  }
  /// The field of this key, or FieldMap::k_unknown. Call once for each key of a row.
  [[nodiscard]] int field_of(simdjson::ondemand::field& field) {
    if (next_ != end_ && next_->stands_at(field.key().raw())) return (next_++)->field;
    return learn(field.unescaped_key().value());
  }

 private:
  // With the quote behind it and zeros up to a whole word: compared word by word, in line, which
  // costs a third of a call of memcmp. The padding behind a page makes whole words readable.
  static constexpr std::size_t k_word = sizeof(std::uint64_t);
  static constexpr std::size_t k_words = 7;
  struct Key {
    std::array<std::uint64_t, k_words> words{};
    std::uint64_t last_mask = 0;  // of the last word: the bytes that count
    std::size_t last = 0;
    std::string name;
    int field = FieldMap::k_unknown;
    Key(std::string_view text, int its_field);
    [[nodiscard]] bool stands_at(const char* raw) const noexcept {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < last; ++i) {
        std::memcpy(&word, raw + i * k_word, k_word);
        if (word != words[i]) return false;
      }
      std::memcpy(&word, raw + last * k_word, k_word);
      return (word & last_mask) == words[last];
    }
  };
  [[nodiscard]] int learn(std::string_view name);
  const FieldMap* map_ = nullptr;
  std::vector<Key> keys_;
  const Key* next_ = nullptr;  // the one that is due
  const Key* end_ = nullptr;
};

/// The first quote or backslash; there is one: stage 1 has seen every text closed.
[[nodiscard]] inline const char* quote_or_backslash(const char* text) noexcept {
#ifdef __SSE2__
  // 16 at once, reading at most 15 beyond the quote: the page has 64 spare bytes behind it.
  const __m128i quotes = _mm_set1_epi8('"'), backslashes = _mm_set1_epi8('\\');
  for (;; text += sizeof(__m128i)) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, backslashes));
    const int mask = _mm_movemask_epi8(found);
    if (mask != 0) return text + std::countr_zero(static_cast<unsigned>(mask));
  }
#else
  while (*text != '"' && *text != '\\') ++text;
  return text;
#endif
}

/// Where the texts of one row that have escapes go; it is used again for the next row, so it stays
/// in the processor's cache. Others are used where they stand.
class TextBuffer {
 public:
  void start_page(std::string_view page);
  void start_row() noexcept { end_ = bytes_.data(); }
  /// The string's characters; lives until the next row of the page. Lone halves of a surrogate pair
  /// become U+FFFD: Java cuts texts between them, and one such text must not stop a sync.
  [[nodiscard]] std::string_view unescape(simdjson::ondemand::parser& parser,
                                          simdjson::ondemand::raw_json_string raw) {
    // Most texts have no escape: they are used where they stand. (Without -march flags simdjson's
    // own unescape goes byte by byte.)
    const char* start = raw.raw();
    const char* stop = quote_or_backslash(start);
    if (*stop == '"') return {start, static_cast<std::size_t>(stop - start)};
    return unescape_copy(parser, raw);
  }

 private:
  [[nodiscard]] std::string_view unescape_copy(simdjson::ondemand::parser& parser,
                                               simdjson::ondemand::raw_json_string raw);
  std::vector<std::uint8_t> bytes_;
  std::uint8_t* end_ = nullptr;
};

/// A value as the Table API may spell it: "x", {"value":"x","display_value":"y","link":".."}, null,
/// 3, true (servicenow reference 2.3).
struct Reading {
  std::string_view value, shown;
};
/// What is not a text.
[[nodiscard]] Reading read_other_value(simdjson::ondemand::parser& parser, TextBuffer& texts,
                                       simdjson::ondemand::value& value);
[[nodiscard]] inline Reading read_value(simdjson::ondemand::parser& parser, TextBuffer& texts,
                                        simdjson::ondemand::value value) {
  simdjson::ondemand::raw_json_string raw;
  const bool is_text = value.get_raw_json_string().get(raw) == simdjson::SUCCESS;
  return is_text ? Reading{texts.unescape(parser, raw), {}}
                 : read_other_value(parser, texts, value);
}

/// True when `text` is the beginning of a JSON document that does not end: what is left of a page
/// whose transaction was cancelled (servicenow reference 2.6).
[[nodiscard]] bool is_cut_off(std::string_view text) noexcept;

/// The message and detail of {"message":M,"detail":D}, D may be null; of "x" the x itself.
[[nodiscard]] std::string error_words(simdjson::ondemand::value error);

}  // namespace itsmc::partners::servicenow
