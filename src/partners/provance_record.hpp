#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_draft.hpp"
#include "itsmc/core/table_profile.hpp"
#include "partners/provance_metadata.hpp"

namespace itsmc::partners::provance {

/// A value of a choice column.
struct ChoiceValue {
  std::string code, label;
};
/// How a lookup is written: by navigation, which is case-sensitive and not the column's name.
struct Relation {
  std::string attribute;   // "customerid"
  std::string table;       // "account"
  std::string navigation;  // "customerid_account"
};

/// What a table lets be written, as its metadata tells it.
struct RecordRules {
  TableFacts table;
  std::map<std::string, std::vector<ChoiceValue>, std::less<>> choices;  // by attribute
  std::vector<Relation> relations;
  std::map<std::string, std::string, std::less<>> sets;  // by logical name: "account", "accounts"
};
/// Reads them. Throws Error(not_found) naming the profile when the table is not there.
[[nodiscard]] RecordRules read_rules(const Organisation& organisation, const std::string& set,
                                     const std::stop_token& stop);

/// A row that is to be made.
struct RecordDraft {
  nlohmann::json body = nlohmann::json::object();
  std::vector<std::pair<std::string, std::string>> sent;  // column as answers spell it, value
  std::vector<FieldProblem> problems;
};
/// Pure.
[[nodiscard]] RecordDraft draft_record(const ItemDraft& draft, const TableMap& map,
                                       const RecordRules& rules);

/// The value of a column as JSON by the column's type, or the reason why it cannot be.
struct WrittenValue {
  std::string name;  // what stands in the body: "x_state", "customerid_account@odata.bind"
  nlohmann::json value;
  std::string problem;
};
[[nodiscard]] WrittenValue written_value(const RecordRules& rules, const std::string& column,
                                         const std::string& word);

/// The same of what people name: a column that is not there, or that a new row cannot have, is a
/// problem. Pure.
[[nodiscard]] WrittenValue given_value(const RecordRules& rules, const std::string& column,
                                       const std::string& word);

/// What the profile would write, and the table does not take: "create.x_source: ...". Pure.
[[nodiscard]] std::vector<std::string> unwritable(const TableMap& map, const RecordRules& rules);

/// A warning for each column that the answer lacks, or has with another value.
[[nodiscard]] std::vector<std::string> compare_record(const RecordDraft& sent,
                                                      const nlohmann::json& answer);

/// The id of the row that carries this correlation id: a UUID of version 8, made of the XXH3-128 of
/// "itsmc:" and the id. It never changes: rows that exist are found by it.
[[nodiscard]] std::string record_id(std::string_view correlation_id);
/// What stands at the end of the description, for people.
[[nodiscard]] std::string record_mark(std::string_view correlation_id);

}  // namespace itsmc::partners::provance
