#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "itsmc/client/creation.hpp"

namespace itsmc::client {

/// One work item to be made, as an input gave it: where it is to be made, what, or why it cannot be
/// read.
struct CreationInput {
  std::string connection;  // empty: the command's
  CreationRequest request;
  std::optional<Error> error;
};

/// A line of `workitem create --from FILE.ndjson`: an object whose keys are the command's options
/// in snake_case, over what `defaults` says:
///   {"title":"Disk full","ci":["vm1"],"set":{"assignment_group":"Ops"},"key":"deploy-7"}
/// `place` is "FILE:LINE", for messages. A line that is wrong is its error, all problems at once.
[[nodiscard]] CreationInput read_creation_line(std::string_view line, const std::string& place,
                                               const CreationInput& defaults);

}  // namespace itsmc::client
