#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace itsmc::store {

/// The result of read-only SQL, row by row; texts live during the call. A null value has no data.
struct SqlValue {
  enum class Kind : std::uint8_t { null, integer, real, text, blob } kind = Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;  // also blob: lower-case hex
};
struct SqlReceiver {
  std::function<void(std::span<const std::string> names)> columns;
  std::function<void(std::span<const SqlValue> row)> row;
};

}  // namespace itsmc::store
