#pragma once

#include <string>
#include <string_view>

namespace itsmc::sinks {

/// What an error body of any of Azure's APIs says, its details and inner errors included; empty
/// when it says nothing. Pure.
[[nodiscard]] std::string azure_words(std::string_view body);

}  // namespace itsmc::sinks
