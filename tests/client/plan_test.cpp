#include "client/plan.hpp"

#include <catch2/catch.hpp>

using namespace itsmc;
using namespace itsmc::client;
using namespace std::chrono_literals;

namespace {

const Timestamp k_now = *parse_rfc3339("2026-03-01T12:00:00Z");

PlanFacts facts() {
  return {.position = store::Position{.fingerprint = "f", .complete_until = k_now - 1h},
          .fingerprint = "f",
          .served_at = k_now,
          .sync_days = 30};
}

}  // namespace

TEST_CASE("the first sync loads the window by key, open ended") {
  PlanFacts first = facts();
  first.position.reset();
  const Plan plan = plan_walk(first);
  CHECK(plan.kind == Plan::Kind::load);
  CHECK(plan.position.walk->by_key);
  CHECK(plan.position.walk->from == k_now - std::chrono::days(30));
  CHECK_FALSE(plan.position.walk->until);
  CHECK_FALSE(plan.position.walk->marks_missing);
  CHECK(complete_after(*plan.position.walk) == k_now - k_lag);
}

TEST_CASE("a delta reads the overlap again and stops short of the partner's now") {
  const Plan plan = plan_walk(facts());
  CHECK(plan.kind == Plan::Kind::delta);
  CHECK_FALSE(plan.position.walk->by_key);
  CHECK(plan.position.walk->from == k_now - 1h - k_overlap);
  CHECK(*plan.position.walk->until == k_now - k_lag);
}

TEST_CASE("since widens the delta and never narrows it") {
  PlanFacts wide = facts();
  wide.since = k_now - 5h;
  CHECK(plan_walk(wide).position.walk->from == k_now - 5h);
  wide.since = k_now - 1min;
  CHECK(plan_walk(wide).position.walk->from == k_now - 1h - k_overlap);
}

TEST_CASE("an unfinished walk goes on, unless the scope changed or a full walk is asked for") {
  PlanFacts walking = facts();
  walking.position->walk = store::WalkState{.by_key = true, .lanes = {{"a", false}}};
  CHECK(plan_walk(walking).kind == Plan::Kind::resume);
  walking.full = true;
  CHECK(plan_walk(walking).kind == Plan::Kind::load);
  CHECK(plan_walk(walking).position.walk->marks_missing);
  walking.position->walk->marks_missing = true;
  CHECK(plan_walk(walking).kind == Plan::Kind::resume);
  walking.fingerprint = "g";
  const Plan changed = plan_walk(walking);
  CHECK(changed.kind == Plan::Kind::load);
  CHECK_FALSE(changed.note.empty());
}

TEST_CASE("a partner's clock before our mark gives an empty window, not one inside out") {
  PlanFacts restored = facts();
  restored.served_at = k_now - std::chrono::days(3);
  const Plan plan = plan_walk(restored);
  CHECK(*plan.position.walk->until == plan.position.walk->from);
}
