#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace itsmc::partners {

/// The member's text; empty when it is none, or `object` is no object.
[[nodiscard]] std::string text_part(const nlohmann::json& object, std::string_view key);

/// The member's elements; empty when it is no array.
[[nodiscard]] nlohmann::json list_part(const nlohmann::json& object, std::string_view key);

/// The member; null when there is none. Refers to `object`, or lives for ever.
[[nodiscard]] const nlohmann::json& part_of(const nlohmann::json& object, std::string_view key);

}  // namespace itsmc::partners
