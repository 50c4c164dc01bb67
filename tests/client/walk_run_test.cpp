#include "client/walk_run.hpp"

#include <map>

#include <catch2/catch.hpp>

#include "client/fake_partner.hpp"

using namespace itsmc;

namespace {

client::FetchedPage page_of(std::size_t lane) {
  client::FetchedPage fetched;
  fetched.lane = lane;
  return fetched;
}

/// 128 rows in two lanes of the key space, pages of 4.
void fill(FakeInstance& instance) {
  instance.page_size = 4;
  for (int n = 0; n < 128; ++n) {
    const std::string id{"0123456789abcdef"[n % 16], "0123456789abcdef"[n / 16]};
    instance.put(id, instance.now, "title");
  }
}

}  // namespace

TEST_CASE("what lies ready is there without waiting, and nothing is made up", "[client][walk]") {
  client::PageQueue queue(1);
  CHECK_FALSE(queue.pop_ready());
  queue.push(page_of(3));
  queue.push(page_of(4));
  CHECK(queue.pop()->lane == 3);
  CHECK(queue.pop_ready()->lane == 4);
  CHECK_FALSE(queue.pop_ready());
  queue.producer_done();
  CHECK_FALSE(queue.pop());
}

TEST_CASE("each page is handed over once, in its lane's order", "[client][walk]") {
  FakeInstance instance;
  fill(instance);
  FakePartner partner(instance);
  const partners::Walk walk{.order = partners::Order::by_key};
  std::vector<store::Lane> lanes;
  for (const partners::Cursor& cursor : partner.lanes(walk, 2)) lanes.push_back({.cursor = cursor});
  std::map<std::size_t, std::vector<std::string>> ids;
  std::size_t pages = 0;
  const auto failure = client::run_walk(
      partner, walk, lanes, 2,
      [&](const std::vector<client::FetchedPage>& taken) {
        REQUIRE_FALSE(taken.empty());
        pages += taken.size();
        for (const client::FetchedPage& fetched : taken) {
          for (std::size_t i = 0; i < fetched.page.items.size(); ++i) {
            ids[fetched.lane].emplace_back(fetched.page.items[i].text(TextField::id));
          }
        }
      },
      {});
  CHECK_FALSE(failure);
  CHECK(pages == 32);
  for (const std::size_t lane : {0U, 1U}) {
    CHECK(ids[lane].size() == 64);
    CHECK(std::is_sorted(ids[lane].begin(), ids[lane].end()));
  }
}

TEST_CASE("a taker that fails ends the walk with its error", "[client][walk]") {
  FakeInstance instance;
  fill(instance);
  FakePartner partner(instance);
  const partners::Walk walk{.order = partners::Order::by_key};
  const std::vector<store::Lane> lanes{{.cursor = "08"}, {.cursor = "8g"}};
  int taken = 0;
  const auto failure = client::run_walk(partner, walk, lanes, 2,
                                        [&](const std::vector<client::FetchedPage>&) {
                                          if (++taken == 2)
                                            throw Error(ErrorKind::damaged, "the disk is full");
                                        },
                                        {});
  REQUIRE(failure);
  CHECK(failure->kind() == ErrorKind::damaged);
  CHECK(taken == 2);
}
