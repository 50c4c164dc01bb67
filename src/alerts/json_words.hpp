#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "itsmc/alerts/alert.hpp"

namespace itsmc::alerts {

using nlohmann::json;

// Payloads are hand-made by many services: what is of another kind than expected counts as absent,
// never as a failure.

/// The member, whatever the case of its name; null when there is none.
[[nodiscard]] const json& member(const json& object, std::string_view name);
/// The member as text: strings as they are, numbers and booleans as written; empty for all else.
[[nodiscard]] std::string text_at(const json& object, std::string_view name);
[[nodiscard]] std::string text_of(const json& value);
[[nodiscard]] std::vector<std::string> texts_at(const json& object, std::string_view name);
/// RFC 3339, or "3/22/2019 1:36:31 PM" (UTC) of old log alerts.
[[nodiscard]] std::optional<Timestamp> time_at(const json& object, std::string_view name);
/// "Sev3", "3", 3; absent for anything else.
[[nodiscard]] std::optional<int> severity_at(const json& object, std::string_view name);
/// The part after the last slash.
[[nodiscard]] std::string last_segment(std::string_view path);
/// Without tags, for communications that are HTML.
[[nodiscard]] std::string without_tags(std::string_view html);

/// Appends when there is a value.
void add_fact(std::vector<Fact>& facts, std::string name, std::string value);
/// The scalar members of an object, one fact each, at most `most`.
void add_members(std::vector<Fact>& facts, const std::string& prefix, const json& object,
                 std::size_t most);

/// Parses, with a limit on depth. Throws Error(invalid) with the place.
[[nodiscard]] json parse_payload(std::string_view text);
/// The same for what may be something else: discarded when it is not JSON or too deep. Whatever is
/// read as JSON here has a limited depth: nlohmann's dump() calls itself for each level.
[[nodiscard]] json try_parse(std::string_view text);

}  // namespace itsmc::alerts
