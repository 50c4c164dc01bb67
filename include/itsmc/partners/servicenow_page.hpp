#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/work_item.hpp"
#include "itsmc/partners/page_scratch.hpp"

namespace itsmc::partners::servicenow {

/// What a field's value is in the answer, and where it goes. `choice`: the code goes to `place`,
/// its label to the place before it. `reference_name`: only what is shown of it. `reference_id`:
/// the id to `place`, and what is shown, if anything, to the place before it.
enum class Shape : std::uint8_t { text, choice, time, flag, reference_name, reference_id };

struct SourceField {
  std::string_view name;  // the Table API's name: "assigned_to.name"
  Shape shape = Shape::text;
  std::uint8_t place = 0;  // of TextField or TimeField, by shape
  bool asked = true;       // false: understood when it comes (display modes), never asked for
};

/// Which fields of a table are read, and the way from a name to its field. Immutable; any thread.
class FieldMap {
 public:
  static constexpr int k_unknown = -1;
  constexpr FieldMap(std::string_view table, std::span<const SourceField> fields)
      : table_(table), fields_(fields) {
    for (auto& slot : slots_) slot = k_unknown;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      std::size_t at = slot_of(fields[i].name);
      while (slots_[at] >= 0) at = (at + 1) % k_slots;
      slots_[at] = static_cast<std::int8_t>(i);
    }
  }
  [[nodiscard]] constexpr std::string_view table() const noexcept { return table_; }
  [[nodiscard]] constexpr std::span<const SourceField> fields() const noexcept { return fields_; }
  /// The field's place in fields(), or k_unknown.
  [[nodiscard]] constexpr int find(std::string_view name) const noexcept {
    std::size_t at = slot_of(name);
    while (slots_[at] >= 0) {
      if (fields_[static_cast<std::size_t>(slots_[at])].name == name) return slots_[at];
      at = (at + 1) % k_slots;
    }
    return k_unknown;
  }

 private:
  static constexpr std::size_t k_slots = 256;
  static constexpr std::size_t slot_of(std::string_view name) noexcept {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash % k_slots;
  }
  std::string_view table_;
  std::span<const SourceField> fields_;
  std::array<std::int8_t, k_slots> slots_{};
};
/// Of the tables `incident` and `change_request`; other types give incident's.
[[nodiscard]] const FieldMap& field_map(WorkItemType type) noexcept;
/// "sys_id,number,...": sysparm_fields.
[[nodiscard]] std::string asked_fields(const FieldMap& map);

/// Labels by code, for each choice field. Read by many threads, written by none once it is used.
class Choices {
 public:
  /// The label; the code itself when the instance shows no other word for it.
  [[nodiscard]] std::string_view label(std::uint8_t place, std::string_view code) const noexcept;
  /// A later label for the same code takes the place of the earlier one.
  void put(std::uint8_t place, std::string_view code, std::string_view label);
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  struct List {
    std::vector<std::pair<std::string, std::string>> entries;
    std::vector<std::uint16_t> slots;  // 1 + place in entries; 0: free
    [[nodiscard]] std::size_t find(std::string_view code) const noexcept;
    void index_again();
  };
  std::array<List, k_text_fields> lists_;
};
/// The labels of an instance nobody has changed (servicenow reference 4).
[[nodiscard]] Choices built_in_choices(WorkItemType type);

/// What a page was asked for: every row must lie in it. Times in milliseconds since 1970.
struct RowBounds {
  enum class Sorted : std::uint8_t { by_id, by_time_then_id } sorted = Sorted::by_id;
  TimeValue from = std::numeric_limits<TimeValue>::min();   // sys_updated_on >= from
  TimeValue until = std::numeric_limits<TimeValue>::max();  // sys_updated_on < until
  std::string above_id;                                     // sys_id > above_id; empty: open
  std::string from_id;                                      // sys_id >= from_id; empty: open
  std::string below_id;                                     // sys_id < below_id; empty: open
};

/// A plain body; at least 64 readable bytes behind it save a copy.
struct PageBody {
  std::string_view text;
  std::size_t spare_bytes = 0;
};

struct PageRules {
  const FieldMap& fields;
  const Choices& choices;
  const RowBounds& bounds;
};

struct PageFacts {
  enum class Outcome : std::uint8_t {
    complete,   // all rows are in the batch
    cancelled,  // the instance gave up while it answered (servicenow reference 2.6): ask for less
    unasked     // rows outside the bounds: the filter or the order was ignored (2.8)
  } outcome = Outcome::complete;
  std::string words;  // the server's, or what is wrong; empty when complete
  std::size_t rows = 0;
  std::string last_id;
  TimeValue last_time = k_no_time;
};

struct PageMemory;
using PageScratch = PageScratchOf<PageMemory>;

/// Turns a page of the Table API into work items, appended to `out` (which is cleared first, and
/// stays empty unless the page is complete). Throws Error(protocol): not a page of this API, or a
/// row that cannot be mapped, named by its number, sys_id and field.
[[nodiscard]] PageFacts decode_page(const PageBody& body, const PageRules& rules,
                                    PageScratch& scratch, WorkItemBatch& out);

/// "2016-12-14 02:46:44", UTC, or a date alone (its midnight), in ms; k_no_time when unreadable.
[[nodiscard]] TimeValue parse_time(std::string_view text) noexcept;
/// The inverse, seconds; a part of a second is rounded up.
[[nodiscard]] std::string format_time(TimeValue ms);

}  // namespace itsmc::partners::servicenow
