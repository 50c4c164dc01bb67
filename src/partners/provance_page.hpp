#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/table_profile.hpp"
#include "itsmc/core/work_item.hpp"
#include "itsmc/partners/page_scratch.hpp"

namespace itsmc::partners::provance {

/// What becomes of one key's value. A choice has its code in the column and its label in an
/// annotation beside it; either may come first.
struct Target {
  enum class Take : std::uint8_t {
    text,       // as it is
    code,       // to `place`; to the label before it as long as that is empty
    reference,  // as `code`, a configuration item's id
    shown,      // the label's place, as long as it is empty: a person without a label
    label,      // the label's place, always
    time,
    open,
    version  // of the etag W/"72201545"
  } take = Take::text;
  std::uint8_t place = 0;  // of TextField or TimeField
};

/// The way from the keys of a table's rows to the fields of work items. Immutable; any thread.
class RowMap {
 public:
  explicit RowMap(TableMap map);
  /// The key's number, or -1 (KeyOrder::k_unknown).
  [[nodiscard]] int find(std::string_view key) const noexcept;
  [[nodiscard]] std::span<const Target> targets(int key) const noexcept;
  [[nodiscard]] const std::string& name(int key) const noexcept;
  [[nodiscard]] const TableMap& table() const noexcept { return map_; }
  /// "x_incidentid,x_number,...": $select.
  [[nodiscard]] std::string select() const;
  [[nodiscard]] bool is_open(std::string_view value) const noexcept;
  /// Labels of the profile in place of the instance's.
  void relabel(WorkItemValues& values) const noexcept;

 private:
  struct Key {
    std::string name;
    std::vector<Target> targets;
  };
  struct Label {
    std::uint8_t place;  // of the label; its code is behind it
    std::string code, label;
  };
  void add(const std::string& name, Target target);
  void add_column(const std::string& field, const std::string& column);
  TableMap map_;
  std::vector<Key> keys_;
  std::vector<Label> labels_;
};

/// What the rows of a page must obey. Times in milliseconds since 1970.
struct RowBounds {
  // The window to the millisecond: the query asks in whole seconds, rows beyond are left out here.
  TimeValue from = std::numeric_limits<TimeValue>::min();
  TimeValue until = std::numeric_limits<TimeValue>::max();
  TimeValue sorted_from = std::numeric_limits<TimeValue>::min();  // no row is older than this
};

struct PageFacts {
  bool cut_off = false;   // the page ends in its middle: nothing of it counts
  std::string next_link;  // as it came; empty: the last page
  std::size_t rows = 0;   // that came, left out or not
  TimeValue last_time = k_no_time;
  std::string last_id;
};

struct PageMemory;
using PageScratch = PageScratchOf<PageMemory>;

/// Turns a page of a table into work items, appended to `out` (which is cleared first). `spare`
/// bytes behind the text are readable: 64 save a copy. Throws Error(protocol): not an OData page,
/// rows out of order, or a row that cannot be mapped, named by its number, id and column.
struct PageText {
  std::string_view text;
  std::size_t spare = 0;
};
[[nodiscard]] PageFacts decode_page(const PageText& page, const RowMap& map,
                                    const RowBounds& bounds, PageScratch& scratch,
                                    WorkItemBatch& out);

}  // namespace itsmc::partners::provance
