#include "client/creation_decision.hpp"

#include <catch2/catch.hpp>

using namespace itsmc;
using namespace itsmc::client;
using What = Decision::What;
using Occasion = CreationRequest::Occasion;
using Again = CreationRequest::Again;
using Gathering = CreationRequest::Gathering;

namespace {

Timestamp at(int seconds) {
  return Timestamp(std::chrono::seconds(seconds));
}

CreationRequest alert(Occasion occasion, int fired_at, Gathering gathering = Gathering::one_alert) {
  CreationRequest request;
  request.alert_id = "a";
  request.fired_at = at(fired_at);
  request.occasion = occasion;
  request.again = Again::new_item;
  request.gathering = gathering;
  return request;
}

LastItem open_item(std::vector<store::AttachedAlert> alerts = {}) {
  return {.again = 1, .item = {.id = "1", .number = "INC1"}, .alerts = std::move(alerts)};
}

LastItem ended_item(std::optional<Timestamp> ended_at, bool firing_noted = false) {
  LastItem last = open_item({{"a", firing_noted, at(10)}});
  last.item.open = false;
  last.item.ended_at = ended_at;
  last.again = 3;
  return last;
}

}  // namespace

TEST_CASE("an alert that nobody knows opens an item, and its end alone opens none") {
  CHECK(decide(alert(Occasion::opened, 10), {}).what == What::create);
  CHECK(decide(alert(Occasion::opened, 10), {}).again == 1);
  CHECK(decide(alert(Occasion::over, 10), {}).what == What::nothing);
}

TEST_CASE("the same alert again is the item that is there") {
  CHECK(decide(alert(Occasion::opened, 10), open_item({{"a", true, at(10)}})).what == What::exists);
  // Another machine made it: no note here.
  CHECK(decide(alert(Occasion::opened, 10), open_item()).what == What::exists);
}

TEST_CASE("what fires after the item ended is a new item, a late delivery of the old is not") {
  const Decision anew = decide(alert(Occasion::opened, 50), ended_item(at(40)));
  CHECK(anew.what == What::create);
  CHECK(anew.again == 4);
  CHECK(anew.follows == "INC1");
  CHECK(decide(alert(Occasion::opened, 10), ended_item(at(40))).what == What::exists);
  // Not noted here, so the times alone decide.
  LastItem foreign = ended_item(at(40));
  foreign.alerts.clear();
  CHECK(decide(alert(Occasion::opened, 39), foreign).what == What::exists);
  CHECK(decide(alert(Occasion::opened, 41), foreign).what == What::create);
}

TEST_CASE("without a time of its end, what was noted of the alert decides") {
  CreationRequest timeless = alert(Occasion::opened, 0);
  timeless.fired_at.reset();
  CHECK(decide(timeless, ended_item({}, false)).what == What::create);
  CHECK(decide(timeless, ended_item({}, true)).what == What::exists);
  CHECK(decide(alert(Occasion::opened, 11), ended_item({}, false)).what == What::create);
  CHECK(decide(alert(Occasion::opened, 10), ended_item({}, false)).what == What::exists);
}

TEST_CASE("a key of the user's own is one item for ever") {
  CreationRequest request;
  CHECK(decide(request, {}).what == What::create);
  CHECK(decide(request, open_item()).what == What::exists);
  CHECK(decide(request, ended_item(at(40))).what == What::exists);
}

TEST_CASE("per rule, a later alert is added to the open item, once") {
  const auto later = alert(Occasion::opened, 20, Gathering::many_alerts);
  CHECK(decide(later, open_item({{"b", true, at(10)}})).what == What::add);
  CHECK(decide(later, open_item({{"a", true, at(20)}, {"b", true, at(10)}})).what == What::exists);
  // Resolved, then fired again while the item is still open.
  CHECK(decide(later, open_item({{"a", false, at(10)}})).what == What::add);
  CHECK(decide(later, open_item({{"a", false, at(20)}})).what == What::exists);
}

TEST_CASE("per rule, the item ends with its last alert") {
  const auto over = alert(Occasion::over, 10, Gathering::many_alerts);
  CHECK(decide(over, open_item({{"a", true, at(10)}, {"b", true, at(11)}})).what == What::comment);
  CHECK(decide(over, open_item({{"a", false, at(10)}, {"b", true, at(11)}})).what == What::exists);
  CHECK(decide(over, open_item({{"a", true, at(10)}, {"b", false, at(11)}})).what == What::resolve);
}

TEST_CASE("the end of an alert resolves, comments or does nothing, as it was asked for") {
  auto over = alert(Occasion::over, 10);
  CHECK(decide(over, open_item({{"a", true, at(10)}})).what == What::resolve);
  CHECK(decide(over, ended_item(at(40))).what == What::nothing);
  over.on_resolve = OnResolve::nothing;
  CHECK(decide(over, open_item()).what == What::nothing);
  over.on_resolve = OnResolve::comment;
  CHECK(decide(over, open_item({{"a", true, at(10)}})).what == What::comment);
  CHECK(decide(over, open_item({{"a", false, at(10)}})).what == What::exists);
}

TEST_CASE("a late delivery does not set a noted alert to firing again") {
  const auto opened = alert(Occasion::opened, 10);
  const std::optional<LastItem> told = open_item({{"a", false, at(10)}});
  CHECK_FALSE(attachment(opened, told, CreationStatus::already_exists));
  const auto again = attachment(alert(Occasion::opened, 11), told, CreationStatus::updated);
  REQUIRE(again);
  CHECK(again->firing);
  CHECK(again->fired_at == at(11));
  CHECK(attachment(opened, {}, CreationStatus::created)->firing);
  CHECK_FALSE(attachment(alert(Occasion::over, 10), {}, CreationStatus::nothing_to_resolve));
  CHECK_FALSE(attachment(alert(Occasion::over, 10), told, CreationStatus::resolved)->firing);
  CHECK_FALSE(attachment(CreationRequest{}, told, CreationStatus::already_exists));
}

TEST_CASE("a key is sent as it is where partners take it, else as its hash") {
  CHECK(correlation_id_of("deploy-4711.a:b_c") == "deploy-4711.a:b_c");
  for (const std::string& key :
       {std::string("with space"), std::string("tilde~2"), std::string("h:abc"),
        std::string(91, 'x'), std::string("käse"), std::string("a^ORDERBYx")}) {
    const std::string id = correlation_id_of(key);
    INFO(key);
    CHECK(id.size() == 34);
    CHECK(id.starts_with("h:"));
    CHECK(id == correlation_id_of(key));
  }
  CHECK(correlation_id_of("with space") != correlation_id_of("with  space"));
  CHECK(key_again("k", 1) == "k");
  CHECK(key_again("k", 2) == "k~2");
}
