#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "itsmc/core/table_profile.hpp"
#include "partners/provance_ask.hpp"

namespace itsmc::partners::provance {

/// A column as the metadata tells it.
struct Attribute {
  std::string name;  // "ownerid"
  std::string type;  // "Owner", "Lookup", "Picklist", "DateTime", "String"...
  /// "_ownerid_value": how rows spell it.
  [[nodiscard]] std::string column() const;
};

/// A table as the metadata tells it.
struct TableFacts {
  std::string name, set, key, name_column;
  std::vector<Attribute> attributes;  // empty: not read yet
};

/// All tables of the organisation, without their columns. Throws Error.
[[nodiscard]] std::vector<TableFacts> read_tables(const Organisation& organisation,
                                                  const std::stop_token& stop);
/// The table behind an entity set, columns included; absent when there is none. Throws Error.
[[nodiscard]] std::optional<TableFacts> read_table(const Organisation& organisation,
                                                   const std::string& set,
                                                   const std::stop_token& stop);
/// Fills in the columns. Throws Error.
void read_attributes(const Organisation& organisation, TableFacts& table,
                     const std::stop_token& stop);

/// What the map names and the table lacks: "x_title (title)", "key x_id: it is x_incidentid". Pure.
[[nodiscard]] std::vector<std::string> missing_in(const TableMap& map, const TableFacts& table);

}  // namespace itsmc::partners::provance
