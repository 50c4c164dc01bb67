// Bodies of create and update, applied to a row (reference 5, 7).
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "dataverse/organisation.hpp"

namespace itsmc::sim::dataverse {

enum class Deed { create, update };

// Sets what the body says. Throws Refusal: unknown or undeclared properties, values of the wrong
// type, choices that do not exist, rows that are not there. What the platform alone may write is
// passed over in silence; so is statecode on create.
void apply_payload(const Organisation& organisation, const Schema& schema,
                   const nlohmann::json& body, Deed deed, Row& row);

}  // namespace itsmc::sim::dataverse
