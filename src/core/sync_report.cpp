#include "itsmc/core/sync_report.hpp"

namespace itsmc {

std::string_view to_string(StreamState state) noexcept {
  switch (state) {
    case StreamState::ok:
      return "ok";
    case StreamState::partial:
      return "partial";
    case StreamState::failed:
      return "failed";
    case StreamState::interrupted:
      return "interrupted";
  }
  return "failed";
}

}  // namespace itsmc
