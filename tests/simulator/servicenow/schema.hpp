// Tables and columns of the instance: names, kinds and what references point at.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace itsmc::sim::servicenow {

// How a column's value is shown (servicenow reference 2.3).
enum class ColumnKind : std::uint8_t {
  text,
  choice,
  reference,
  date_time,
  date,
  due,  // a date-time whose empty display is "UNKNOWN"
  integer,
  boolean,
  journal,  // written, never read back
  duration,
  class_name,
};

using ColumnNumber = std::uint8_t;
// The same in every table, kept outside of a row's packed text.
inline constexpr ColumnNumber k_sys_id = 0;
inline constexpr ColumnNumber k_updated_on = 1;
inline constexpr ColumnNumber k_mod_count = 2;

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::text;
  std::string target;         // table of a reference
  std::string default_value;  // of a blank new record
};

// The columns of one table. Immutable after construction.
class Schema {
 public:
  Schema(std::string table, std::string label, std::string prefix, std::vector<Column> columns);
  [[nodiscard]] const std::string& table() const { return table_; }
  [[nodiscard]] const std::string& label() const { return label_; }
  // Of record numbers, empty for tables without.
  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] const Column& column(ColumnNumber number) const { return columns_[number]; }
  // Nothing when the table has no such column.
  [[nodiscard]] std::optional<ColumnNumber> find(std::string_view name) const;
  // The same for a column that must exist; throws std::out_of_range.
  [[nodiscard]] ColumnNumber at(std::string_view name) const;
  // The column whose value stands for the record in display form.
  [[nodiscard]] ColumnNumber display() const { return display_; }
  [[nodiscard]] bool is_task() const { return prefix_.size() == 3; }

 private:
  std::string table_, label_, prefix_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, ColumnNumber> by_name_;
  ColumnNumber display_ = k_sys_id;
};

// Every table of a fresh instance.
std::vector<Schema> all_schemas();

}  // namespace itsmc::sim::servicenow
