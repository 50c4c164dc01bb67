// What becomes of the rows of one ingestion call: which columns pass, and in what form.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "azure/estate.hpp"
#include "azure/row_store.hpp"

namespace itsmc::sim::azure {

// Older or newer times than that are replaced by the moment of receipt (azure reference 2.4, 4).
inline constexpr std::int64_t k_oldest_ms = 2 * 86'400'000LL;
inline constexpr std::int64_t k_newest_ms = 86'400'000LL;
// Longer texts are cut; counted in bytes of UTF-8, which is the simulator's choice (reference 11).
inline constexpr std::size_t k_longest_text = 65536;

enum class TimeRule { as_sent, rewritten };
enum class NestedRule { as_text, refused };

// Which columns pass. A plain value.
struct IntakePlan {
  std::vector<Column> columns;
  TimeRule time = TimeRule::rewritten;
  NestedRule nested = NestedRule::as_text;  // refused: the Auxiliary plan
  // Counts the rows and keeps nothing of them.
  bool count_only = false;
};

struct Intake {
  std::string malformed;  // what is wrong with the JSON; empty: nothing
  StoredBatch batch;
  std::size_t rows = 0;
  std::size_t not_objects = 0;      // elements that were dropped
  std::size_t dropped_values = 0;   // of columns that are not in the plan
  std::size_t cut_values = 0;       // longer than k_longest_text
  std::size_t rewritten_times = 0;  // TimeGenerated too old, too new or none
  std::int64_t earliest_ms = 0;     // of TimeGenerated as sent
  std::int64_t latest_ms = 0;
};

// Reads a JSON array of objects. `json` must have at least k_padding readable bytes behind its end.
// Anything but an array is good and brings nothing.
inline constexpr std::size_t k_padding = 64;
Intake take_in(std::string_view json, const IntakePlan& plan, std::int64_t now_ms);

// Milliseconds since the epoch of an RFC 3339 text, with any fraction and offset; nothing else.
std::optional<std::int64_t> parse_instant(std::string_view text);

}  // namespace itsmc::sim::azure
