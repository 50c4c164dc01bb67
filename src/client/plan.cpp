#include "client/plan.hpp"

#include <algorithm>

namespace itsmc::client {
namespace {

Plan load(const PlanFacts& facts, std::string note) {
  Plan plan{.kind = Plan::Kind::load, .note = std::move(note)};
  plan.position.fingerprint = facts.fingerprint;
  store::WalkState walk;
  walk.by_key = facts.first_load_order == partners::Order::by_key;
  walk.marks_missing = facts.full;
  walk.from = facts.served_at - std::chrono::days(facts.sync_days);
  // By key, no upper end: a row that changes while it is walked over stays in the window, and the
  // delta from `started` brings its newest version. A full walk by time has none either: a row that
  // changed would leave the window unseen, and be taken for deleted.
  if (!walk.by_key && !walk.marks_missing) walk.until = facts.served_at - k_lag;
  walk.started = facts.served_at;
  plan.position.walk = walk;
  return plan;
}

Plan delta(const PlanFacts& facts) {
  Plan plan{.kind = Plan::Kind::delta, .position = *facts.position};
  const Timestamp complete = *facts.position->complete_until;
  store::WalkState walk;
  walk.from = complete - k_overlap;
  if (facts.since) walk.from = std::min(walk.from, *facts.since);
  // An instance restored from a backup may show a clock before our mark: the window is then empty,
  // not inside out.
  walk.until = std::max(facts.served_at - k_lag, walk.from);
  walk.started = facts.served_at;
  plan.position.walk = walk;
  return plan;
}

}  // namespace

Plan plan_walk(const PlanFacts& facts) {
  if (!facts.position) return load(facts, {});
  if (facts.position->fingerprint != facts.fingerprint) {
    return load(facts,
                "what is synced has changed (fields, url or days): the window is read again");
  }
  const bool walking = facts.position->walk.has_value();
  // An unfinished full walk goes on; any other unfinished walk is left for the full one.
  if (facts.full && !(walking && facts.position->walk->marks_missing)) return load(facts, {});
  if (walking) return {.kind = Plan::Kind::resume, .position = *facts.position};
  if (!facts.position->complete_until) return load(facts, {});
  return delta(facts);
}

Timestamp complete_after(const store::WalkState& walk) {
  return walk.until ? *walk.until : walk.started - k_lag;
}

partners::Walk to_walk(WorkItemType type, const store::WalkState& state) {
  return {.type = type,
          .window = {.from = state.from, .until = state.until},
          .order = state.by_key ? partners::Order::by_key : partners::Order::by_time};
}

}  // namespace itsmc::client
