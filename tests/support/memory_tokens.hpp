#pragma once

#include "http/memory_tokens.hpp"

namespace itsmc::test {

using http::MemoryTokens;

}  // namespace itsmc::test
