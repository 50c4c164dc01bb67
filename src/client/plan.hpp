#pragma once

#include <optional>
#include <string>

#include "itsmc/client/sync.hpp"
#include "itsmc/partners/partner.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// Not read in one run: changes that the partner's clock says are younger than this may still be
/// committed behind our back (servicenow reference 3.2, "late visibility").
inline constexpr std::chrono::seconds k_lag{1};
/// Read again in each delta: what was committed late, or came by a lagging replica.
inline constexpr std::chrono::minutes k_overlap{5};

/// What a stream needs next, decided from what is known of it. Pure.
struct Plan {
  enum class Kind { load, resume, delta } kind = Kind::delta;
  store::Position position;  // with the walk to begin (lanes still empty), or to go on with
  std::string note;          // why a window is read again; empty otherwise
};

struct PlanFacts {
  std::optional<store::Position> position;
  std::string fingerprint;
  Timestamp served_at{};  // the partner's now
  int sync_days = 30;
  partners::Order first_load_order = partners::Order::by_key;
  bool full = false;
  std::optional<Timestamp> since;
};
[[nodiscard]] Plan plan_walk(const PlanFacts& facts);

/// Up to where the stream is complete once this walk has ended.
[[nodiscard]] Timestamp complete_after(const store::WalkState& walk);

[[nodiscard]] partners::Walk to_walk(WorkItemType type, const store::WalkState& state);

}  // namespace itsmc::client
