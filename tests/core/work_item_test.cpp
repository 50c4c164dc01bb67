#include "itsmc/core/work_item.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using namespace itsmc;

namespace {

WorkItemValues sample() {
  WorkItemValues values;
  values[TextField::id] = "0123456789abcdef0123456789abcdef";
  values[TextField::number] = "INC0010023";
  values[TextField::title] = "disk full";
  values[TimeField::updated_at] = 1'000;
  return values;
}

std::uint64_t hash_of(const WorkItemValues& values) {
  WorkItemBatch batch;
  batch.append(values);
  return batch[0].hash();
}

}  // namespace

TEST_CASE("a batch gives back what was put in") {
  WorkItemBatch batch;
  batch.append(sample());
  WorkItemValues second = sample();
  second[TextField::title] = std::string_view();
  second.open = false;
  batch.append(second);
  REQUIRE(batch.size() == 2);
  CHECK(batch[0].text(TextField::number) == "INC0010023");
  CHECK(batch[0].text(TextField::title) == "disk full");
  CHECK(batch[0].time(TimeField::updated_at) == Timestamp(std::chrono::seconds(1)));
  CHECK_FALSE(batch[0].time(TimeField::closed_at));
  CHECK(batch[1].text(TextField::title).empty());
  CHECK_FALSE(batch[1].open());
}

TEST_CASE("equal rows hash alike, whatever stands before them in the batch") {
  WorkItemBatch batch;
  WorkItemValues other = sample();
  other[TextField::description] = "something long before it";
  batch.append(other);
  batch.append(sample());
  CHECK(batch[1].hash() == hash_of(sample()));
}

TEST_CASE("every field counts for the hash, and where one field ends too") {
  std::set<std::uint64_t> hashes{hash_of(sample())};
  for (std::size_t i = 0; i < k_text_fields; ++i) {
    WorkItemValues changed = sample();
    changed.text[i] = "x";
    CHECK(hashes.insert(hash_of(changed)).second);
  }
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    WorkItemValues changed = sample();
    changed.time[i] = 77;
    CHECK(hashes.insert(hash_of(changed)).second);
  }
  WorkItemValues closed = sample();
  closed.open = false;
  CHECK(hashes.insert(hash_of(closed)).second);
  WorkItemValues moved = sample();
  moved[TextField::number] = "INC001002";
  moved[TextField::title] = "3disk full";
  CHECK(hashes.insert(hash_of(moved)).second);
}

TEST_CASE("a NUL inside text becomes the replacement character") {
  WorkItemValues values = sample();
  values[TextField::title] = std::string_view("a\0b", 3);
  WorkItemBatch batch;
  batch.append(values);
  CHECK(batch[0].text(TextField::title) ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("each text and time field stands in the field table exactly once") {
  std::set<std::pair<bool, int>> seen;
  for (const Field& field : work_item_fields()) {
    if (field.kind == FieldKind::flag) continue;
    CHECK(seen.emplace(field.kind == FieldKind::time, field.place).second);
  }
  CHECK(seen.size() == k_text_fields + k_time_fields);
}
