#include "dataverse/value.hpp"

#include <algorithm>
#include <cstring>

#include "shared/clock.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::dataverse {
namespace {

// Bytes by weight, heaviest first.
constexpr std::array<std::size_t, 16> k_weight{10, 11, 12, 13, 14, 15, 8, 9,
                                               6,  7,  4,  5,  0,  1,  2, 3};

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace

std::string Guid::text() const {
  static constexpr char k_hex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += k_hex[bytes[i] >> 4];
    out += k_hex[bytes[i] & 15];
  }
  return out;
}

std::strong_ordering Guid::operator<=>(const Guid& other) const {
  for (const auto at : k_weight) {
    if (bytes[at] != other.bytes[at]) return bytes[at] <=> other.bytes[at];
  }
  return std::strong_ordering::equal;
}

std::size_t GuidHash::operator()(const Guid& guid) const {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::memcpy(&first, guid.bytes.data(), 8);
  std::memcpy(&second, guid.bytes.data() + 8, 8);
  return mix(first ^ mix(second));
}

std::optional<Guid> parse_guid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  const bool dashed = text.size() == 36;
  if (!dashed && text.size() != 32) return std::nullopt;
  Guid guid;
  std::size_t digit = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (dashed && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& byte = guid.bytes[digit / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | value);
    ++digit;
  }
  return guid;
}

Guid guid_of(std::string_view seed) {
  return *parse_guid(hex_id(seed));
}

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::weak_ordering compare(const Value& left, const Value& right) {
  if (left.index() != right.index()) return left.index() <=> right.index();
  if (const auto* number = std::get_if<std::int64_t>(&left)) {
    return *number <=> std::get<std::int64_t>(right);
  }
  if (const auto* guid = std::get_if<Guid>(&left)) return *guid <=> std::get<Guid>(right);
  const auto* text = std::get_if<std::string>(&left);
  if (!text) return std::weak_ordering::equivalent;
  const auto& other = std::get<std::string>(right);
  return std::lexicographical_compare_three_way(
      text->begin(), text->end(), other.begin(), other.end(), [](char a, char b) {
        return static_cast<unsigned char>(folded(a)) <=> static_cast<unsigned char>(folded(b));
      });
}

std::string date_text(std::int64_t seconds) {
  std::string text = utc_text(seconds);
  text[10] = 'T';
  return text + 'Z';
}

std::optional<std::int64_t> read_date(std::string_view text) {
  std::int64_t offset = 0;
  // 2018-05-24T00:00:00+02:00
  if (text.size() > 16 && text[text.size() - 3] == ':' &&
      (text[text.size() - 6] == '+' || text[text.size() - 6] == '-')) {
    const auto zone = text.substr(text.size() - 6);
    const int minutes =
        ((zone[1] - '0') * 10 + zone[2] - '0') * 60 + (zone[4] - '0') * 10 + zone[5] - '0';
    offset = (zone[0] == '+' ? 60 : -60) * minutes;
    text.remove_suffix(6);
  } else if (text.size() > 10 && !text.ends_with('Z')) {
    return std::nullopt;
  }
  const auto milliseconds = parse_utc_ms(text);
  if (!milliseconds) return std::nullopt;
  return *milliseconds / 1000 - offset;
}

}  // namespace itsmc::sim::dataverse
