#pragma once

#include <cstdint>
#include <string>

namespace itsmc {

/// "24,816": a count as people read it. JSON and other formats for machines have plain numbers.
[[nodiscard]] std::string with_separators(std::int64_t number);

}  // namespace itsmc
