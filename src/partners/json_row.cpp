#include "partners/json_row.hpp"

#include <algorithm>
#include <cstring>

namespace itsmc::partners {
namespace {

namespace od = simdjson::ondemand;

// Longer keys, and keys with a quote or a backslash, cannot be compared in place.
// "_publisher_name_value@OData.Community.Display.V1.FormattedValue" is one (provance reference 4).
constexpr std::size_t k_longest_key = 152;  // KeyOrder's words hold 159 and the quote
constexpr std::size_t k_most_keys = 256;

/// Appends a code point as UTF-8.
std::uint8_t* put_code_point(std::uint8_t* out, std::uint32_t code) noexcept {
  const auto byte = [&out](std::uint32_t value) { *out++ = static_cast<std::uint8_t>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0U | (code >> 6U));
    byte(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    byte(0xE0U | (code >> 12U));
    byte(0x80U | ((code >> 6U) & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  } else {
    byte(0xF0U | (code >> 18U));
    byte(0x80U | ((code >> 12U) & 0x3FU));
    byte(0x80U | ((code >> 6U) & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  }
  return out;
}

/// The number that four hex digits spell. Throws for anything else.
std::uint32_t hex4(const char* text) {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = text[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) throw simdjson::simdjson_error(simdjson::STRING_ERROR);
    number = number * 16 + static_cast<std::uint32_t>(digit);
  }
  return number;
}

/// A \uXXXX at `text` (behind the u): its code point, and how many characters it took.
std::pair<std::uint32_t, std::size_t> code_point(const char* text) {
  constexpr std::uint32_t k_replacement = 0xFFFD;
  const std::uint32_t first = hex4(text);
  if (first < 0xD800 || first > 0xDFFF) return {first, 4};
  if (first > 0xDBFF || text[4] != '\\' || text[5] != 'u') return {k_replacement, 4};
  const std::uint32_t second = hex4(text + 6);
  if (second < 0xDC00 || second > 0xDFFF) return {k_replacement, 4};
  return {0x10000 + ((first - 0xD800) << 10U) + (second - 0xDC00), 10};
}

char plain_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      throw simdjson::simdjson_error(simdjson::STRING_ERROR);
  }
}

/// As simdjson's unescape, for what it refuses.
std::uint8_t* unescape_leniently(const char* raw, std::uint8_t* out) {
  while (*raw != '"') {
    if (*raw != '\\') {
      *out++ = static_cast<std::uint8_t>(*raw++);
    } else if (raw[1] == 'u') {
      const auto [code, length] = code_point(raw + 2);
      out = put_code_point(out, code);
      raw += 2 + length;
    } else {
      *out++ = static_cast<std::uint8_t>(plain_escape(raw[1]));
      raw += 2;
    }
  }
  return out;
}

std::string_view trimmed_token(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t')) {
    token.remove_suffix(1);
  }
  return token;
}

}  // namespace

KeyOrder::Key::Key(std::string_view text, int its_field) : name(text), field(its_field) {
  const std::string quoted = name + '"';
  std::memcpy(words.data(), quoted.data(), quoted.size());
  last = (quoted.size() - 1) / k_word;
  std::array<char, k_word> counted{};
  std::fill_n(counted.begin(), quoted.size() - last * k_word, '\xFF');
  std::memcpy(&last_mask, counted.data(), k_word);
}

void KeyOrder::start_page(const void* names, Find find) {
  if (names_ != names) {
    names_ = names;
    find_ = find;
    keys_.clear();
    keys_.reserve(k_most_keys);
  }
  start_row();
}

int KeyOrder::field_out_of_turn(od::field& field) {
  // A row without a key that others have (null has no label, a field the user may not read is
  // left out): go on behind the key that did come, which is one of the next as a rule.
  const char* raw = field.key().raw();
  const auto stands = [raw](const Key& key) { return key.stands_at(raw); };
  const Key* const begin = keys_.data();
  const Key* found = std::find_if(next_, end_, stands);
  if (found == end_) {
    found = std::find_if(begin, next_, stands);
    if (found == next_) return learn(field.unescaped_key().value());
  }
  next_ = found + 1;
  return found->field;
}

int KeyOrder::learn(std::string_view name) {
  const int field = find_(names_, name);
  const bool known =
      std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) { return key.name == name; });
  const bool comparable =
      name.size() <= k_longest_key && name.find_first_of("\"\\") == std::string_view::npos;
  if (!known && comparable && keys_.size() < k_most_keys) keys_.emplace_back(name, field);
  end_ = next_ = keys_.data() + keys_.size();
  return field;
}

void TextBuffer::start_page(std::string_view page) {
  // No unescaped text is longer than its escapes, but U+FFFD for the one byte of a bad escape; the
  // parser writes up to 64 bytes beyond.
  const std::size_t wanted = page.size() + simdjson::SIMDJSON_PADDING;
  if (bytes_.size() < wanted) bytes_.resize(wanted);
}

std::string_view TextBuffer::unescape_copy(od::parser& parser, od::raw_json_string raw) {
  std::uint8_t* begin = end_;
  std::string_view text;
  if (parser.unescape(raw, end_).get(text) == simdjson::SUCCESS) return text;
  end_ = unescape_leniently(raw.raw(), begin);
  return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end_ - begin)};
}

std::string_view read_scalar(od::parser& parser, TextBuffer& texts, od::value& value) {
  switch (value.type().value()) {
    case od::json_type::string:
      return texts.unescape(parser, value.get_raw_json_string().value());
    case od::json_type::null:
      if (!value.is_null().value()) throw simdjson::simdjson_error(simdjson::N_ATOM_ERROR);
      return {};
    case od::json_type::boolean:
      return value.get_bool().value() ? "true" : "false";
    case od::json_type::number: {
      const std::string_view token = trimmed_token(value.raw_json_token());
      (void)value.get_double().value();  // proves that it is one
      return token;
    }
    default:
      throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
  }
}

std::string_view RowScratch::with_spare_bytes(std::string_view page, std::size_t spare_bytes) {
  if (spare_bytes >= simdjson::SIMDJSON_PADDING) return page;
  padded.assign(page);
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  return std::string_view(padded).substr(0, page.size());
}

bool is_cut_off(std::string_view text) noexcept {
  std::size_t depth = 0;
  bool inside_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside_text) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        inside_text = false;
      }
    } else if (c == '"') {
      inside_text = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return inside_text || depth > 0;
}

}  // namespace itsmc::partners
