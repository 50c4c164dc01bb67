// The blueprint as the standing faults leave it: what a customer has taken away or renamed.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cherwell/blueprint.hpp"
#include "shared/faults.hpp"

namespace itsmc::sim::cherwell {

// A view IS the blueprint minus blueprint-lacks and object-lacks, under the names that
// field-renamed and object-renamed give. The blueprint must outlive it. Thread-safe to read.
class BlueprintView {
 public:
  BlueprintView(const Blueprint& blueprint, const Faults& faults);

  [[nodiscard]] std::optional<TypeNumber> type_by_name(std::string_view name) const;
  [[nodiscard]] std::optional<TypeNumber> type_by_id(std::string_view bus_ob_id) const;
  [[nodiscard]] const ObjectType& type(TypeNumber number) const { return blueprint_.type(number); }
  [[nodiscard]] std::string type_name(TypeNumber number) const;
  [[nodiscard]] std::vector<TypeNumber> types() const;

  [[nodiscard]] std::vector<FieldNumber> fields(TypeNumber type) const;
  [[nodiscard]] std::optional<FieldNumber> field_by_name(TypeNumber type,
                                                         std::string_view name) const;
  // In any of the three spellings.
  [[nodiscard]] std::optional<FieldNumber> field_by_id(TypeNumber type,
                                                       std::string_view spelling) const;
  [[nodiscard]] std::optional<FieldNumber> field_by_role(TypeNumber type, Role role) const;
  [[nodiscard]] std::string field_name(TypeNumber type, FieldNumber field) const;
  [[nodiscard]] bool required(TypeNumber type, FieldNumber field) const;

 private:
  [[nodiscard]] bool lacks(TypeNumber type, FieldNumber field) const;
  [[nodiscard]] bool named(const std::vector<std::string>& list, TypeNumber type,
                           FieldNumber field) const;

  struct Renaming {
    std::string from, to;
  };

  const Blueprint& blueprint_;
  std::vector<std::string> lacking_;  // "Field" or "Type.Field"
  std::vector<std::string> lacking_types_;
  std::vector<std::string> required_;
  std::vector<Renaming> field_names_;
  std::vector<Renaming> type_names_;
};

// "a,b" -> a, b
std::vector<std::string> split_list(std::string_view text);

}  // namespace itsmc::sim::cherwell
