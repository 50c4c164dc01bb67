// The simulated instance: its tables, its people and the lock around them.
#pragma once
#include <atomic>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "servicenow/table.hpp"
#include "shared/credentials.hpp"

namespace itsmc::sim::servicenow {

// A row of one of the tables.
struct RowRef {
  std::uint16_t table = 0;
  RowNumber row = 0;
  bool operator==(const RowRef&) const = default;
};

// An instance IS the tables. Readers hold `lock` shared, writers unique and call settle() before
// they let go. Tables never move once made.
class Instance {
 public:
  Instance();

  // nullptr when there is no such table; "task" is not one of them (it is two).
  [[nodiscard]] const Table* table(std::string_view name) const;
  [[nodiscard]] Table* table(std::string_view name);
  [[nodiscard]] const Table& table(std::uint16_t number) const { return *tables_[number]; }
  // The numbers of the tables that a name reads: one, two for "task", none when unknown.
  [[nodiscard]] std::vector<std::uint16_t> table_numbers(std::string_view name) const;
  [[nodiscard]] std::uint16_t number_of(std::string_view name) const;
  // The row that a reference into `target` means ("task" is incidents and changes); nullptr when
  // there is none.
  struct Found {
    const Table* table = nullptr;
    RowNumber row = 0;
    explicit operator bool() const { return table != nullptr; }
  };
  [[nodiscard]] Found find(std::string_view target, const Key& id) const;
  // A value that changes whenever any table does.
  [[nodiscard]] std::uint64_t revision() const;
  void settle();

  // The label of a choice, as the English, active rows of sys_choice give it (the table itself
  // first, then "task"); nothing when none does. Call under the lock.
  [[nodiscard]] const std::string* choice_label(std::string_view table, std::string_view element,
                                                std::string_view value) const;
  /// As choice_label, of the table's own list only.
  const std::string* own_choice_label(std::string_view table, std::string_view name,
                                      std::string_view value) const;
  // The stored value of a label; nothing when no choice is called so.
  [[nodiscard]] const std::string* choice_value(std::string_view table, std::string_view element,
                                                std::string_view label) const;
  // True when the element has any choices at all.
  [[nodiscard]] bool has_choices(std::string_view table, std::string_view element) const;
  void add_choice(std::string_view table, std::string_view element, std::string_view value,
                  std::string_view label);

  mutable std::shared_mutex lock;

 private:
  struct Choice {
    std::string value, label;
  };
  struct Element {
    std::string table, name;
    std::vector<Choice> choices;
  };
  [[nodiscard]] const Element* element(std::string_view table, std::string_view name) const;

  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<Element> elements_;
};

// Adds what every instance has: users and roles of the integration user, choices with their traps
// (task-level, inactive, other language), properties. `now` dates them.
void add_base_rows(Instance& instance, const Credentials& credentials, std::int64_t now);

// Rows of sys_dictionary for the tables that extend task.
void add_dictionary(Instance& instance, std::int64_t now);

// Fills a row by column names.
class RowMaker {
 public:
  RowMaker(const Schema& schema, Key id, std::int64_t created);
  RowMaker& set(std::string_view column, std::string_view value);
  Row row;

 private:
  const Schema& schema_;
};

// sys_id of the row that stands for this name in this table.
Key key_for(std::string_view table, std::string_view name);

}  // namespace itsmc::sim::servicenow
