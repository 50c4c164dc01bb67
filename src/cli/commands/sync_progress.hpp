#pragma once

#include <map>
#include <string>
#include <utility>

#include "cli/talk.hpp"
#include "itsmc/client/sync.hpp"

namespace itsmc::cli {

/// "prod incident: 12,000 of 24,645, 3,100/s, 4s left". Pure.
[[nodiscard]] std::string progress_text(const client::Progress& progress);
/// "prod incident: 24,645 in 12s": what remains to be read when a stream has ended. Pure.
[[nodiscard]] std::string ended_text(const client::Progress& progress);

/// Shows how a sync goes: on a terminal one moving line with every stream under way, elsewhere a
/// line a stream at its end. Called one at a time; the talk outlives it.
class SyncProgress {
 public:
  explicit SyncProgress(Talk& talk) : talk_(talk) {}
  void show(const client::Progress& progress);

 private:
  Talk& talk_;
  std::map<std::pair<std::string, WorkItemType>, std::string> under_way_;
};

}  // namespace itsmc::cli
