// The fields of the out-of-box types. Ids are recorded where they are known (fixture
// getbusinessobject.incident-102328, cherwell-known-ids.json); the others are made from the name.
#pragma once
#include <span>
#include <string_view>

#include "cherwell/blueprint.hpp"

namespace itsmc::sim::cherwell {

// One line of a type's field table. `marks`: r required, v validated, p set by the product.
struct FieldLine {
  std::string_view name, display, id;
  FieldType type;
  Role role;
  std::string_view marks;
  std::string_view choices;  // split at '|'
};

std::span<const FieldLine> incident_fields();
std::span<const FieldLine> change_fields();
std::span<const FieldLine> ci_fields();
std::span<const FieldLine> customer_fields();

}  // namespace itsmc::sim::cherwell
