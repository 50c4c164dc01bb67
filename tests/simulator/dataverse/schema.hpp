// The tables of the organisation: names, columns, choices, lookups.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataverse/value.hpp"

namespace itsmc::sim::dataverse {

enum class Kind { key, text, memo, choice, state, status, date, integer, big, boolean, lookup };

struct Option {
  std::int64_t value;
  std::string label;
  std::int64_t state = 0;  // of a status: the state it belongs to
};

// Where a lookup may point, and the navigation property that binds it (case-sensitive).
struct Target {
  std::string table;
  std::string navigation;
};

struct Column {
  std::string name;
  Kind kind = Kind::text;
  std::size_t max = 0;  // characters; 0: no limit
  std::vector<Option> options;
  std::vector<Target> targets;
  bool writable = true;

  // The name that a row shows: _ownerid_value for the lookup ownerid.
  [[nodiscard]] std::string property() const;
  [[nodiscard]] bool is_choice() const;
  // nullptr when there is none.
  [[nodiscard]] const Option* option(std::int64_t value) const;
  [[nodiscard]] const Option* option_called(std::string_view label) const;
};

enum class Tracking { off, on };

struct Schema {
  std::string table;  // logical name
  std::string set;    // entity set
  std::string key;
  std::string name;  // primary name column
  Tracking tracking = Tracking::on;
  std::string alternate_key;  // column, may be empty
  std::vector<Column> columns;

  // By the name that rows show (property()); nothing when there is none.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view property) const;
  // By the attribute's name.
  [[nodiscard]] std::optional<std::size_t> attribute(std::string_view name) const;
  // Throws std::logic_error when there is none.
  [[nodiscard]] std::size_t at(std::string_view name) const;
};

// The organisation's tables: dataverse-case and the invented provance-example (reference 7), and
// what they point at.
std::vector<Schema> organisation_schemas();

}  // namespace itsmc::sim::dataverse
