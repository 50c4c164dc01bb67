#pragma once

#include <map>
#include <string>

#include "itsmc/client/creation_input.hpp"

namespace itsmc::client {

/// Makes work items at whatever connections their inputs name; each is opened at its first use.
/// What stops a connection fails what is left of it at once, and the other connections go on: where
/// an instance is down, not every work item waits for it. One thread. The platform outlives it.
class Creators {
 public:
  explicit Creators(const Platform& platform) : platform_(platform) {}

  /// A failure is in the report, also of the input itself. Throws only Error(cancelled).
  CreationReport perform(const CreationInput& input, Sending sending);

 private:
  Creator& creator(const std::string& name);

  const Platform& platform_;
  std::map<std::string, Creator> open_;
  std::map<std::string, Error> down_;
};

}  // namespace itsmc::client
