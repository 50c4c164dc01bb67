#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {

/// Which field each place of a row was last time: the rows of a page have the same keys in the
/// same order, so one compare finds the field (performance reference 2). One thread.
class KeyOrder {
 public:
  void start_page(const FieldMap& map);
  void start_row() noexcept { next_ = 0; }
  /// The field of this key, or FieldMap::k_unknown. Call once for each key of a row.
  [[nodiscard]] int field_of(simdjson::ondemand::field& field) {
    if (next_ < keys_.size() && field.key().unsafe_is_equal(keys_[next_].name)) {
      return keys_[next_++].field;
    }
    return learn(field.unescaped_key().value());
  }

 private:
  struct Key {
    std::string name;
    int field;
  };
  [[nodiscard]] int learn(std::string_view name);
  const FieldMap* map_ = nullptr;
  std::vector<Key> keys_;
  std::size_t next_ = 0;
};

/// Where the texts of one row that have escapes go; it is used again for the next row, so it stays
/// in the processor's cache. Others are used where they stand.
class TextBuffer {
 public:
  void start_page(std::string_view page);
  void start_row() noexcept { end_ = bytes_.data(); }
  /// The string's characters; lives until the next row of the page. Lone halves of a surrogate pair
  /// become U+FFFD: Java cuts texts between them, and one such text must not stop a sync.
  [[nodiscard]] std::string_view unescape(simdjson::ondemand::parser& parser,
                                          simdjson::ondemand::raw_json_string raw);

 private:
  [[nodiscard]] std::size_t left_of(const char* text) const noexcept {
    return static_cast<std::size_t>(page_end_ - text);
  }
  const char* page_end_ = nullptr;
  std::vector<std::uint8_t> bytes_;
  std::uint8_t* end_ = nullptr;
};

/// A value as the Table API may spell it: "x", {"value":"x","display_value":"y","link":".."}, null,
/// 3, true (servicenow reference 2.3).
struct Reading {
  std::string_view value, shown;
};
[[nodiscard]] Reading read_value(simdjson::ondemand::parser& parser, TextBuffer& texts,
                                 simdjson::ondemand::value value);

/// True when `text` is the beginning of a JSON document that does not end: what is left of a page
/// whose transaction was cancelled (servicenow reference 2.6).
[[nodiscard]] bool is_cut_off(std::string_view text) noexcept;

/// The message and detail of {"message":M,"detail":D}, D may be null; of "x" the x itself.
[[nodiscard]] std::string error_words(simdjson::ondemand::value error);

}  // namespace itsmc::partners::servicenow
