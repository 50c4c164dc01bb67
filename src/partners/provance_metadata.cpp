#include "partners/provance_metadata.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "partners/json_part.hpp"
#include "partners/odata_words.hpp"

namespace itsmc::partners::provance {
namespace {

using nlohmann::json;

constexpr const char* k_definition =
    "LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute";

// {"LogicalName":"incident","EntitySetName":"incidents","PrimaryIdAttribute":"incidentid",
//  "PrimaryNameAttribute":"title",..} (provance reference 3).
TableFacts table_of(const json& row) {
  return {text_part(row, "LogicalName"),
          text_part(row, "EntitySetName"),
          text_part(row, "PrimaryIdAttribute"),
          text_part(row, "PrimaryNameAttribute"),
          {}};
}

}  // namespace

std::string Attribute::column() const {
  const bool lookup = type == "Lookup" || type == "Owner" || type == "Customer";
  return lookup ? "_" + name + "_value" : name;
}

std::vector<TableFacts> read_tables(const Organisation& organisation, const std::stop_token& stop) {
  std::vector<TableFacts> tables;
  for (const json& row :
       ask_list(organisation, "EntityDefinitions", {{"$select", k_definition}}, stop)) {
    tables.push_back(table_of(row));
  }
  return tables;
}

std::optional<TableFacts> read_table(const Organisation& organisation, const std::string& set,
                                     const std::stop_token& stop) {
  const auto rows = ask_list(
      organisation, "EntityDefinitions",
      {{"$select", k_definition}, {"$filter", "EntitySetName eq " + odata::quoted(set)}}, stop);
  if (rows.empty()) return std::nullopt;
  TableFacts table = table_of(rows.front());
  read_attributes(organisation, table, stop);
  return table;
}

void read_attributes(const Organisation& organisation, TableFacts& table,
                     const std::stop_token& stop) {
  const std::string path =
      fmt::format("EntityDefinitions(LogicalName={})/Attributes", odata::quoted(table.name));
  for (const json& row :
       ask_list(organisation, path, {{"$select", "LogicalName,AttributeType"}}, stop)) {
    table.attributes.push_back({text_part(row, "LogicalName"), text_part(row, "AttributeType")});
  }
}

std::vector<std::string> missing_in(const TableMap& map, const TableFacts& table) {
  std::vector<std::string> missing;
  const auto has = [&table](std::string_view column) {
    return std::any_of(table.attributes.begin(), table.attributes.end(),
                       [column](const Attribute& one) { return one.column() == column; });
  };
  if (map.key != table.key) {
    missing.push_back(fmt::format("the key {}: it is {}", map.key, table.key));
  }
  for (const TableColumn& column : map.columns) {
    if (!has(column.column)) {
      missing.push_back(fmt::format("{} ({})", column.column, column.field));
    }
  }
  if (!map.open_column.empty() && !has(map.open_column)) {
    missing.push_back(fmt::format("{} (open-column)", map.open_column));
  }
  return missing;
}

}  // namespace itsmc::partners::provance
