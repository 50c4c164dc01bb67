// The indexes against plain sorting, through every way a table changes.
#include <algorithm>

#include <catch2/catch.hpp>

#include "servicenow/table.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::test {
namespace {

using namespace servicenow;

Table small_table() {
  return Table(Schema("t", "T", "",
                      {{"sys_id", ColumnKind::text, "", ""},
                       {"sys_updated_on", ColumnKind::date_time, "", ""},
                       {"sys_mod_count", ColumnKind::integer, "", "0"},
                       {"name", ColumnKind::text, "", ""}}));
}

void check_indexes(const Table& table, const std::vector<RowNumber>& living) {
  auto by_id = living;
  std::sort(by_id.begin(), by_id.end(),
            [&](RowNumber a, RowNumber b) { return table.id_before(a, b); });
  auto by_time = living;
  std::sort(by_time.begin(), by_time.end(),
            [&](RowNumber a, RowNumber b) { return table.time_before(a, b); });
  REQUIRE(table.by_id() == by_id);
  REQUIRE(table.by_time() == by_time);
}

}  // namespace

TEST_CASE("indexes stay sorted through inserts, updates and removals of any number") {
  Random random(5);
  Table table = small_table();
  std::vector<RowNumber> living;
  for (int round = 0; round < 60; ++round) {
    const auto changes = round % 3 == 0 ? random.below(200) : random.below(10);
    for (std::uint64_t i = 0; i < changes; ++i) {
      const auto what = random.below(10);
      if (what < 5 || living.empty()) {
        Row row;
        row.sys_id = Key(hex_id(std::to_string(random.next())));
        row.updated_on = static_cast<std::int64_t>(random.below(50));
        living.push_back(table.insert(std::move(row)));
      } else if (what < 9) {
        const auto number = living[random.below(living.size())];
        table.set_updated_on(number, static_cast<std::int64_t>(random.below(50)));
      } else {
        const auto at = random.below(living.size());
        table.remove(living[at]);
        living.erase(living.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    table.settle();
    check_indexes(table, living);
  }
  for (const auto number : living) CHECK(table.find(table.row(number).sys_id) == number);
}

TEST_CASE("a packed row gives back what was set") {
  Row row;
  row.set(3, "one");
  row.set(4, "");
  row.set(3, std::string(3000, 'x'));
  CHECK(row.stored(3) == std::string(3000, 'x'));
  CHECK(row.stored(4) == "");
  CHECK_FALSE(row.stored(5).has_value());
  row.set(4, *row.stored(3));
  CHECK(row.stored(4)->size() == 3000);
}

TEST_CASE("keys order as their text does") {
  CHECK(Key("0a").compare(Key("0b")) < 0);
  CHECK(Key("ffff").compare(Key("global")) < 0);
  CHECK(Key("glide").compare(Key("glide.maint")) < 0);
  CHECK(Key("global").text() == "global");
}

}  // namespace itsmc::sim::test
