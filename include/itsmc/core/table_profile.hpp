#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/work_item.hpp"

namespace itsmc {

/// Which column fills a work item's field.
struct TableColumn {
  std::string field;   // "assigned_to": a name of work_item_fields()
  std::string column;  // as the instance's answers spell it: "_ownerid_value"
  friend bool operator==(const TableColumn&, const TableColumn&) = default;
};

/// A word for a code, in place of the one that the instance shows.
struct TableLabel {
  std::string field, code, label;
  friend bool operator==(const TableLabel&, const TableLabel&) = default;
};

/// A value that is written into a column: a code, or text.
struct TableValue {
  std::string column, value;
  friend bool operator==(const TableValue&, const TableValue&) = default;
};

/// Where the work items of one type lie in an instance.
struct TableMap {
  WorkItemType type = WorkItemType::incident;
  std::string set;                       // the table's name in addresses: "incidents"
  std::string key;                       // the column of the id: "incidentid"
  std::string filter;                    // joined to the window by "and"; may be empty
  std::string open_column;               // empty: open is what has no closed_at
  std::vector<std::string> open_values;  // codes of open_column that mean open
  std::vector<TableColumn> columns;
  std::vector<TableLabel> labels;
  // For making work items; the user's own words go over these.
  std::vector<TableValue> create_values;   // of every new row
  std::vector<TableValue> resolve_values;  // what resolves a row; none: it gets a note instead
  /// "CloseIncident": the platform's action resolves, with the status of resolve_values. May be
  /// empty.
  std::string resolve_action;

  /// The column of a field; empty when it is not mapped.
  [[nodiscard]] std::string_view column_of(std::string_view field) const noexcept;
  friend bool operator==(const TableMap&, const TableMap&) = default;
};

/// Where configuration items lie.
struct ItemTable {
  std::string set, key;  // "x_configurationitems", "x_configurationitemid"
  std::string name;      // column of the name
  std::string fqdn, ip;  // columns; empty: the table has none
  std::string filter;    // what leaves retired ones out; may be empty
  friend bool operator==(const ItemTable&, const ItemTable&) = default;
};

/// The table map of a Dataverse instance: data, because every solution names its tables itself
/// (provance reference 7). A value.
struct TableProfile {
  std::string name;                             // of a built-in one, or the file's
  std::string service_path = "/api/data/v9.2";  // where the tables lie at the instance
  std::vector<TableMap> tables;
  ItemTable items;  // without a set: configuration items are not mapped

  /// Null when the profile does not map the type.
  [[nodiscard]] const TableMap* table(WorkItemType type) const noexcept;
  friend bool operator==(const TableProfile&, const TableProfile&) = default;
};

/// The profile that a connection without one has.
inline constexpr std::string_view k_default_profile = "dataverse-case";

/// The profiles that come with the tool: `dataverse-case`, the case table of every Dynamics 365,
/// and `provance-example`, whose names are invented: a pattern to copy, not Provance's tables.
[[nodiscard]] std::span<const TableProfile> builtin_profiles();
/// Null when there is no built-in one of that name.
[[nodiscard]] const TableProfile* find_builtin_profile(std::string_view name);
/// True for what is meant as a file: it has a slash or ends in ".toml".
[[nodiscard]] bool is_profile_file(std::string_view word) noexcept;

/// One thing that is wrong in a table map.
struct ProfileProblem {
  std::string key;     // "set", or of a column "columns.title"
  std::string reason;  // "is required"
};
/// Every rule that a map breaks: required keys, fields that do not exist, names that cannot stand
/// in an address. Pure.
[[nodiscard]] std::vector<ProfileProblem> check_table(const TableMap& map);

/// The same of the table of configuration items; none when it is not mapped at all.
[[nodiscard]] std::vector<ProfileProblem> check_item_table(const ItemTable& table);

/// The fields that a column can fill, for messages and nearest words: all but labels' codes, open
/// and what the partner fills itself.
[[nodiscard]] std::vector<std::string> profile_fields(WorkItemType type);

/// A profile that was made from an instance's metadata, with what a person must look at.
struct ProfileDraft {
  struct Note {
    WorkItemType type = WorkItemType::incident;
    std::string key;  // "set", "columns.title", "open-values"; of no key: empty
    std::string text;
  };
  TableProfile profile;
  std::vector<Note> notes;
};

}  // namespace itsmc
