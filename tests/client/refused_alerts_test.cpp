#include "client/refused_alerts.hpp"

#include <catch2/catch.hpp>

using namespace itsmc;
using namespace std::chrono_literals;
using client::RefusedAlert;
using client::RefusedAlerts;

namespace {

const Timestamp k_now = *parse_rfc3339("2026-06-20T08:00:00Z");
const RefusedAlert k_one{
    .resource_id = "/alerts/1", .action = "cpu", .recipe = "a", .changed_at = k_now - 1min};

RefusedAlert with_recipe(const std::string& recipe) {
  RefusedAlert other = k_one;
  other.recipe = recipe;
  return other;
}

}  // namespace

TEST_CASE("a refused alert waits, each time for longer, up to a day") {
  RefusedAlerts aside;
  CHECK_FALSE(aside.waits(k_one, k_now));
  aside.put(k_one, k_now);
  CHECK(aside.waits(k_one, k_now + 10min - 1s));
  CHECK_FALSE(aside.waits(k_one, k_now + 10min));
  aside.put(k_one, k_now);
  CHECK(aside.waits(k_one, k_now + 19min));
  for (int i = 0; i < 30; ++i) aside.put(k_one, k_now);
  CHECK(aside.waits(k_one, k_now + 23h));
  CHECK_FALSE(aside.waits(k_one, k_now + 24h));
  CHECK(aside.all().size() == 1);
}

TEST_CASE("what is new about a refused alert ends its waiting") {
  RefusedAlerts aside;
  aside.put(k_one, k_now);
  CHECK_FALSE(aside.waits(with_recipe("b"), k_now));
  RefusedAlert later = k_one;
  later.changed_at = k_now;
  CHECK_FALSE(aside.waits(later, k_now));
  aside.put(with_recipe("b"), k_now);
  CHECK(aside.all().at(0).tries == 1);
}

TEST_CASE("refused alerts are kept as text, and what is no such text is nothing") {
  RefusedAlerts aside;
  aside.put(k_one, k_now);
  RefusedAlerts read(aside.text());
  CHECK(read.waits(k_one, k_now));
  CHECK(read.text() == aside.text());
  read.forget("/alerts/1", "disk");
  CHECK(read.all().size() == 1);
  read.forget_before(k_now);
  CHECK(read.text() == "[]");
  for (const char* text : {"", "{", "{}", "[1]", R"([{"alert":"x"}])"}) {
    CHECK(RefusedAlerts(text).all().empty());
  }
}

TEST_CASE("an action's mark follows its fields") {
  Action action{.name = "cpu", .connection = "prod"};
  const std::string before = client::recipe_mark(action);
  CHECK(client::recipe_mark(action) == before);
  action.set.emplace_back("impact", "1");
  CHECK(client::recipe_mark(action) != before);
}
