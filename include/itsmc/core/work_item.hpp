#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/time.hpp"

namespace itsmc {

enum class WorkItemType : std::uint8_t { incident = 0, change_request = 1, event = 2, alert = 3 };

/// "incident", "change-request", "event", "alert".
[[nodiscard]] std::string_view to_string(WorkItemType type) noexcept;
[[nodiscard]] std::optional<WorkItemType> parse_work_item_type(std::string_view word) noexcept;

/// The text fields of product.md section 5, in the order of the store's columns. A `_code` is the
/// product's own value; the field before it is the label that people see.
enum class TextField : std::uint8_t {
  id,
  number,
  title,
  description,
  state,
  state_code,
  urgency,
  urgency_code,
  impact,
  impact_code,
  priority,
  priority_code,
  category,
  category_code,
  source,
  source_code,
  escalation,
  escalation_code,
  assigned_to,
  assignment_group,
  created_by,
  closed_by,
  resolved_by,
  change_type,
  change_type_code,
  risk,
  risk_code,
  conflict_status,
  conflict_status_code,
  configuration_item,
  configuration_item_id,
  version,  // the product's own change counter (sys_mod_count); empty where it has none
  count_
};
enum class TimeField : std::uint8_t {
  created_at,
  closed_at,
  updated_at,
  resolved_at,
  requested_at,
  planned_start,
  planned_end,
  work_start,
  work_end,
  count_
};
inline constexpr std::size_t k_text_fields = static_cast<std::size_t>(TextField::count_);
inline constexpr std::size_t k_time_fields = static_cast<std::size_t>(TimeField::count_);
constexpr std::size_t index(TextField field) {
  return static_cast<std::size_t>(field);
}
constexpr std::size_t index(TimeField field) {
  return static_cast<std::size_t>(field);
}

/// Milliseconds since 1970 UTC, or k_no_time.
using TimeValue = std::int64_t;
inline constexpr TimeValue k_no_time = std::numeric_limits<TimeValue>::min();

/// One work item's values while a decoder collects them. Empty text and k_no_time mean "absent".
/// The views live as long as the bytes they were taken from.
struct WorkItemValues {
  std::array<std::string_view, k_text_fields> text{};
  std::array<TimeValue, k_time_fields> time{};
  bool open = true;

  WorkItemValues() { time.fill(k_no_time); }
  std::string_view& operator[](TextField field) { return text[index(field)]; }
  TimeValue& operator[](TimeField field) { return time[index(field)]; }
};

class WorkItemBatch;

/// One work item inside a batch. Lives as long as the batch is not changed. Copy freely.
class WorkItemView {
 public:
  /// Empty when absent.
  [[nodiscard]] std::string_view text(TextField field) const noexcept;
  [[nodiscard]] TimeValue time_value(TimeField field) const noexcept;
  [[nodiscard]] std::optional<Timestamp> time(TimeField field) const noexcept;
  [[nodiscard]] bool open() const noexcept;
  /// Equal for equal values: how a repeat is recognised. Never 0.
  [[nodiscard]] std::uint64_t hash() const noexcept;

 private:
  friend class WorkItemBatch;
  WorkItemView(const WorkItemBatch& batch, std::size_t row) : batch_(&batch), row_(row) {}
  const WorkItemBatch* batch_;
  std::size_t row_;
};

/// Work items of one stream in one block of memory: a page. Rows are laid out in the order of the
/// fields, whatever order the partner sent them in, so that equal rows hash alike. One thread.
class WorkItemBatch {
 public:
  /// Copies the values (a NUL in text becomes U+FFFD).
  void append(const WorkItemValues& values);
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  [[nodiscard]] WorkItemView operator[](std::size_t row) const noexcept { return {*this, row}; }
  void reserve(std::size_t rows, std::size_t bytes);
  void clear() noexcept;  // keeps the memory
  /// Drops what stands behind the first `rows` rows; keeps the memory.
  void truncate(std::size_t rows);

 private:
  friend class WorkItemView;
  struct Row {
    std::uint64_t hash = 0;
    std::array<TimeValue, k_time_fields> time{};
    std::array<std::uint32_t, k_text_fields + 1> begin{};
    bool open = true;
  };
  std::string arena_;
  std::vector<Row> rows_;
};

enum class FieldKind { text, label, code, time, flag };

/// What a field is, once: list columns, JSON keys, the store's columns, help and the workspace's
/// columns read this table.
struct Field {
  std::string_view name;     // JSON key, `--fields` word, store column
  std::string_view meaning;  // one line for `--fields help`
  std::string_view column;   // ServiceDesk_CL; empty: not there
  FieldKind kind = FieldKind::text;
  std::uint8_t place = 0;  // of TextField or TimeField, by kind; flag: 0
  bool incident = true, change_request = true;
};
/// All fields of a work item but connection, type and deleted_at, in the order people see them.
[[nodiscard]] std::span<const Field> work_item_fields() noexcept;

}  // namespace itsmc
