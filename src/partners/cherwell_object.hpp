#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "partners/cherwell_api.hpp"

namespace itsmc::partners::cherwell {

using FieldValues = std::vector<std::pair<std::string, std::string>>;  // field's name, value

/// What the blueprint says about a field (cherwell reference 5).
struct FieldRule {
  std::string id;              // whole
  std::string name;            // the blueprint's own
  std::string type;            // "Text", "Number", "DateTime", "Logical"; empty: not said
  std::size_t max_length = 0;  // 0: not said
  bool required = false, read_only = false, validated = false;
};

/// A business object as one writes to it. A value.
struct ObjectRules {
  std::string id, name;  // busObId, "Incident"
  std::vector<FieldRule> fields;
  std::vector<std::string> states;                          // in no useful order; may be empty
  std::map<std::string, std::vector<std::string>> choices;  // by field id, as far as asked for
  std::chrono::minutes utc_offset{0};                       // of the instance's clock
  /// By its name in any case; null when there is none.
  [[nodiscard]] const FieldRule* field(std::string_view name) const;
  /// The first of these that there is; null when there is none.
  [[nodiscard]] const FieldRule* first_of(std::initializer_list<std::string_view> names) const;
  /// What the field's list holds; empty when it has none or it was not asked for.
  [[nodiscard]] const std::vector<std::string>& options(const FieldRule& field) const;
};

/// Takes the definitions of a schema, or the fields of a template, in.
void add_fields(ObjectRules& rules, const nlohmann::json& definitions);
/// Takes the fields of a template with includeRequired in: those that it gives no value are asked
/// for.
void add_required(ObjectRules& rules, const nlohmann::json& template_fields);

/// A row as a search or a single read has it.
struct Row {
  std::string id, number;                     // busObRecId, busObPublicId
  std::map<std::string, std::string> values;  // by the field's bare id
  /// Null when the row does not have the field.
  [[nodiscard]] const std::string* find(const FieldRule& field) const;
  /// The value; empty without it, and for a null field.
  [[nodiscard]] std::string value(const FieldRule* field) const;
};
[[nodiscard]] Row parse_row(const nlohmann::json& object);

/// What a search asks for: rows whose `field` stands in `operation` ("eq", "contains",
/// "startswith") to `value`.
struct RowSearch {
  const FieldRule& field;
  std::string_view operation;
  std::string value;
  std::vector<const FieldRule*> wanted;  // null ones are left out
};

/// What an instance says about its business objects, kept once it is read. One thread; the Api
/// outlives it. Every function throws what the instance throws.
class ObjectBook {
 public:
  explicit ObjectBook(const Api& api) noexcept : api_(api) {}
  /// Throws Error(not_found) when the blueprint has no such object. The reference stays good.
  ObjectRules& of(std::string_view name, const std::stop_token& stop);
  /// The lists of those of these fields that have one.
  void read_choices(ObjectRules& rules, const std::vector<std::string>& names,
                    const std::stop_token& stop);
  /// The names of a group object's members; empty when there is no such group.
  std::vector<std::string> members_of(std::string_view group, const std::stop_token& stop);
  /// Every row that is found. Throws Error(denied) when the instance counts more than it shows.
  std::vector<Row> search(const ObjectRules& rules, const RowSearch& asked,
                          const std::stop_token& stop);
  /// One row by its RecID.
  Row read(const ObjectRules& rules, const std::string& id, const std::stop_token& stop);

 private:
  nlohmann::json summary(std::string_view name, const std::stop_token& stop);

  const Api& api_;
  std::map<std::string, ObjectRules> objects_;
};

}  // namespace itsmc::partners::cherwell
