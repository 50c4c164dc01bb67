#pragma once

#include <cstdint>
#include <string>

#include "itsmc/core/secret.hpp"

namespace itsmc {

/// How a program that was started came to its end. A value.
struct CommandEnd {
  enum class How : std::uint8_t {
    exited,
    killed,     // by a signal
    not_found,  // it is in none of the places where programs are
    too_long,   // its time was up
  };
  How how = How::exited;
  int status = 0;  // the exit status, or the signal
  Secret output;
  std::string complaint;  // its last line on stderr, for a message
  std::string complaints;
};

}  // namespace itsmc
