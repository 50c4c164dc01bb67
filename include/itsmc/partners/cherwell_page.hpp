#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/work_item.hpp"
#include "itsmc/partners/page_scratch.hpp"

namespace itsmc::partners::cherwell {

/// A date as Cherwell shows it: in the server's zone, without saying which (cherwell reference 8).
struct LocalTime {
  enum class Kind : std::uint8_t { time, none, unreadable } kind = Kind::none;
  TimeValue ms = 0;  // of `time`: since 1970-01-01 00:00 on the server's own clock
};
/// "4/28/2019 1:55:55 PM", with or without seconds; `none` in all its spellings.
[[nodiscard]] LocalTime parse_local_time(std::string_view text) noexcept;
/// The inverse, "04/28/2019 01:55:55 PM": what filters take. A part of a second is dropped.
[[nodiscard]] std::string format_local_time(TimeValue local_ms);
/// "-05:00:00", "+5:30", "Z". Absent when it is anything else, or no zone's offset.
[[nodiscard]] std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) noexcept;

/// Where a field's value goes. `word`: both the label and the code, which are one in Cherwell;
/// `place` is the code's, the label stands before it. `truth`: a word that is "True" or nothing.
/// `key`: the RecID, which each row carries outside its fields.
enum class Shape : std::uint8_t { text, word, truth, time, key };

/// A field of product.md section 5 and what blueprints call it. The first name that is there
/// counts (cherwell reference 9).
struct SourceField {
  std::array<std::string_view, 3> names;
  Shape shape = Shape::text;
  std::uint8_t place = 0;  // of TextField or TimeField, by shape
  std::string_view fills;  // "assigned_to"
};
/// Of `incident` and `change_request`; other types give incident's.
[[nodiscard]] std::span<const SourceField> source_fields(WorkItemType type) noexcept;
/// "Incident", "ChangeRequest".
[[nodiscard]] std::string_view business_object(WorkItemType type) noexcept;

/// A field that the instance's blueprint has.
struct PlannedField {
  std::string id;    // as the instance spells it: what is sent
  std::string name;  // the blueprint's
  const SourceField* source = nullptr;
  /// Behind "FI:": fields are the same when this is (cherwell reference 5).
  [[nodiscard]] std::string_view bare_id() const noexcept;
};
/// The part of a field id behind "FI:"; the whole id without one.
[[nodiscard]] std::string_view bare_field_id(std::string_view id) noexcept;

/// A business object as this instance's blueprint has it. A value.
struct Blueprint {
  std::string object_id;             // busObId
  std::vector<PlannedField> fields;  // with RecID and LastModifiedDateTime
  std::vector<std::string> lacking;  // "resolved_by (ResolvedBy)"
  std::string record_id_field;       // RecID's id
  std::string last_modified_field;   // LastModifiedDateTime's id
  friend bool operator==(const Blueprint&, const Blueprint&) = default;
};

/// True for the state of a work item that nobody works on any more.
[[nodiscard]] bool is_closed_state(std::string_view state) noexcept;

/// A plain body; at least 64 readable bytes behind it save a copy.
struct PageBody {
  std::string_view text;
  std::size_t spare_bytes = 0;
};
struct PageRules {
  const Blueprint& blueprint;
  std::chrono::minutes utc_offset{0};  // of the server's clock
};
struct PageFacts {
  bool whole = true;                  // false: the JSON ends in its middle; no rows then
  std::size_t rows = 0;               // as they came, in the batch
  std::optional<std::int64_t> total;  // totalRows: of the whole query
};

struct PageMemory;
using PageScratch = PageScratchOf<PageMemory>;

/// Turns the answer to a search into work items, in `out` (which is cleared first). Throws
/// Error(denied|not_found|protocol) for a 200 that carries an error, Error(protocol) for what is
/// not a search's answer or a row that cannot be mapped, named by its number, RecID and field.
[[nodiscard]] PageFacts decode_page(const PageBody& body, const PageRules& rules,
                                    PageScratch& scratch, WorkItemBatch& out);

}  // namespace itsmc::partners::cherwell
