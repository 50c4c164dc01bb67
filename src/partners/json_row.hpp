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

// Reading rows out of pages of JSON in one pass: what every partner's page decoder needs.

namespace itsmc::partners {

/// Which field each place of a row was last time: the rows of a page have the same keys in the
/// same order, so one compare finds the field (performance reference 2). One thread.
class KeyOrder {
 public:
  static constexpr int k_unknown = -1;
  /// `names` has `int find(std::string_view) const`, which gives a field or k_unknown. It outlives
  /// its use here, and what it finds does not change.
  template <class Names>
  void start_page(const Names& names) {
    start_page(&names, [](const void* known, std::string_view name) {
      return static_cast<const Names*>(known)->find(name);
    });
  }
  void start_row() noexcept {
    next_ = keys_.data();
    end_ = keys_.data() + keys_.size();
  }
  /// The field of this key, or k_unknown. Call once for each key of a row.
  [[nodiscard]] int field_of(simdjson::ondemand::field& field) {
    if (next_ != end_ && next_->stands_at(field.key().raw())) return (next_++)->field;
    return field_out_of_turn(field);
  }

 private:
  // With the quote behind it and zeros up to a whole word: compared word by word, in line, which
  // costs a third of a call of memcmp. The padding behind a page makes whole words readable.
  static constexpr std::size_t k_word = sizeof(std::uint64_t);
  static constexpr std::size_t k_words = 20;
  struct Key {
    std::array<std::uint64_t, k_words> words{};
    std::uint64_t last_mask = 0;  // of the last word: the bytes that count
    std::size_t last = 0;
    std::string name;
    int field = k_unknown;
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
  using Find = int (*)(const void* names, std::string_view name);
  void start_page(const void* names, Find find);
  [[nodiscard]] int field_out_of_turn(simdjson::ondemand::field& field);
  [[nodiscard]] int learn(std::string_view name);
  const void* names_ = nullptr;
  Find find_ = nullptr;
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

/// A text, number, true or false as its characters; nothing for null. Throws simdjson_error for
/// an object or a list.
[[nodiscard]] std::string_view read_scalar(simdjson::ondemand::parser& parser, TextBuffer& texts,
                                           simdjson::ondemand::value& value);
/// The same, quick for a text.
[[nodiscard]] inline std::string_view read_text(simdjson::ondemand::parser& parser,
                                                TextBuffer& texts,
                                                simdjson::ondemand::value value) {
  simdjson::ondemand::raw_json_string raw;
  if (value.get_raw_json_string().get(raw) == simdjson::SUCCESS) return texts.unescape(parser, raw);
  return read_scalar(parser, texts, value);
}

/// What reading pages of rows needs again for every page. One thread.
struct RowScratch {
  simdjson::ondemand::parser parser;
  KeyOrder keys;
  TextBuffer texts;
  std::string padded;

  /// Makes ready for a page. The page with the spare bytes behind it that the parser needs: where
  /// it stands when it has them, else a copy.
  template <class Names>
  [[nodiscard]] std::string_view start_page(std::string_view page, std::size_t spare_bytes,
                                            const Names& names) {
    keys.start_page(names);
    texts.start_page(page);
    return with_spare_bytes(page, spare_bytes);
  }
  void start_row() noexcept {
    keys.start_row();
    texts.start_row();
  }
  /// Of a page that start_page gave.
  [[nodiscard]] simdjson::ondemand::document iterate(std::string_view page) {
    return parser.iterate(page.data(), page.size(), page.size() + simdjson::SIMDJSON_PADDING);
  }

 private:
  [[nodiscard]] std::string_view with_spare_bytes(std::string_view page, std::size_t spare_bytes);
};

/// True when `text` is the beginning of a JSON document that does not end.
[[nodiscard]] bool is_cut_off(std::string_view text) noexcept;

}  // namespace itsmc::partners
