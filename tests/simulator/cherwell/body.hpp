// Reading of JSON request bodies.
#pragma once
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

// The request's object; throws Refusal (400) when it is none.
nlohmann::json body_of(const Call& call);
// The text of a member, of whatever kind it is; empty when it is absent or null.
std::string text_member(const nlohmann::json& object, const char* name);
std::int64_t number_member(const nlohmann::json& object, const char* name);
// true, or "true" as a string in any case.
bool flag_member(const nlohmann::json& object, const char* name);

}  // namespace itsmc::sim::cherwell
