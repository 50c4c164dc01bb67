#pragma once

#include <string>
#include <string_view>

namespace itsmc {

/// 32 lower-case hex digits of the text's XXH3-128: the same on every machine and in every version,
/// since keys made of it live on in other products. Not a signature.
[[nodiscard]] std::string hash_text(std::string_view text);

}  // namespace itsmc
