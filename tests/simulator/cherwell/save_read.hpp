// The body of a save request.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

enum class Persist { yes, only_cache };

// One dirty field as sent.
struct SentField {
  std::string spelling;  // its fieldId
  std::string value;
};

struct SaveRequest {
  TypeNumber type = 0;
  std::string public_id, rec_id, cache_key;
  Persist persist = Persist::yes;
  std::vector<SentField> fields;
};

// Throws Refusal when the object is unknown, a group, or may not be edited.
SaveRequest read_save(const Call& call, const nlohmann::json& body);

}  // namespace itsmc::sim::cherwell
