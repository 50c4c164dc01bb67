// Values of rows: GUIDs, and the few types that columns hold.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace itsmc::sim::dataverse {

// A GUID as the 16 bytes of its text. Ordered as the product orders uniqueidentifiers: by the last
// six bytes first (general knowledge of SQL Server), so that nobody relies on the text's order.
struct Guid {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] std::string text() const;  // lower case, with dashes
  bool operator==(const Guid&) const = default;
  std::strong_ordering operator<=>(const Guid& other) const;
};

struct GuidHash {
  std::size_t operator()(const Guid& guid) const;
};

// 36 characters, braces around them allowed, any case; 32 hex digits too.
std::optional<Guid> parse_guid(std::string_view text);
// The same text always gives the same GUID.
Guid guid_of(std::string_view seed);

// Nothing is null. A date is seconds since the epoch, a boolean 0 or 1.
using Value = std::variant<std::monostate, std::int64_t, std::string, Guid>;

inline bool is_null(const Value& value) {
  return std::holds_alternative<std::monostate>(value);
}

// Case-folded order of texts (ASCII), numeric order of numbers; null comes first.
std::weak_ordering compare(const Value& left, const Value& right);
char folded(char c);
// 2016-09-28T22:57:53Z
std::string date_text(std::int64_t seconds);
// Reads what OData calls a date or date-time literal; nothing when it is none.
std::optional<std::int64_t> read_date(std::string_view text);

}  // namespace itsmc::sim::dataverse
