#pragma once

#include <string_view>

namespace itsmc {

/// UTF-8's, which some editors and shells write before a text.
inline constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

}  // namespace itsmc
