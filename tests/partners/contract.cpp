#include "partners/contract.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

namespace itsmc::test {
namespace {

using partners::Cursor;
using partners::Order;
using partners::Page;
using partners::Partner;
using partners::Walk;
using std::chrono::hours;
using std::chrono::seconds;

constexpr int k_lanes = 4;

Timestamp start() {
  return Timestamp(std::chrono::sys_days(std::chrono::year(2025) / 11 / 3));
}

std::string title_of(int n) {
  return "title " + std::to_string(n);
}

/// `count` rows, `per_second` of them in each second; ids and times run crosswise.
void fill(Instance& instance, int count, int per_second) {
  for (int n = 0; n < count; ++n) {
    const int key = (n * 7919) % count;
    instance.put({instance.id(key), start() + seconds(n / per_second), title_of(key), false});
  }
}

Order load_order(Instance& instance) {
  return instance.open(50)->first_load_order(instance.type());
}

Walk walk_of(const Instance& instance, Order order) {
  Walk walk;
  walk.type = instance.type();
  walk.order = order;
  walk.window.from = start();
  if (order == Order::by_time) walk.window.until = start() + hours(24);
  return walk;
}

void note(const Page& page, std::size_t lane, Walked& walked) {
  if (walked.lanes.size() <= lane) walked.lanes.resize(lane + 1);
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    const WorkItemView item = page.items[i];
    const TruthRow row{std::string(item.text(TextField::id)), *item.time(TimeField::updated_at),
                       std::string(item.text(TextField::title)), false};
    walked.lanes[lane].push_back(row);
    walked.rows[row.id] = row;
  }
  walked.hidden += page.hidden;
  ++walked.pages;
}

/// The lane from `cursor` to its end.
void walk_lane(Partner& partner, const Walk& walk, Cursor cursor, std::size_t lane,
               Walked& walked) {
  for (int page = 0; page < 2000; ++page) {
    const Page got = partner.fetch(walk, cursor, {});
    note(got, lane, walked);
    if (got.last) return;
    cursor = got.next;
  }
  FAIL("the lane does not end");
}

void require_rows(const Walked& walked, Instance& instance, int count) {
  REQUIRE(walked.rows.size() == static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n) {
    const auto found = walked.rows.find(instance.id(n));
    REQUIRE(found != walked.rows.end());
    REQUIRE(found->second.title == title_of(n));
  }
}

void require_sorted(const Walked& walked, Order order) {
  for (const auto& lane : walked.lanes) {
    for (std::size_t i = 1; i < lane.size(); ++i) {
      const bool sorted = order == Order::by_key ? lane[i - 1].id < lane[i].id
                                                 : lane[i - 1].updated <= lane[i].updated;
      REQUIRE(sorted);
    }
  }
}

void check_order(const MakeInstance& make, Order order) {
  SECTION("every row comes once, in order") {
    const auto instance = make();
    fill(*instance, 700, 3);
    const auto partner = instance->open(100);
    const Walked walked = walk_all(*partner, walk_of(*instance, order), k_lanes);
    require_rows(walked, *instance, 700);
    require_sorted(walked, order);
    CHECK(walked.hidden == 0);
  }
  SECTION("three thousand rows of one second are all there") {
    const auto instance = make();
    fill(*instance, 3100, 3000);
    const auto partner = instance->open(250);
    const Walked walked = walk_all(*partner, walk_of(*instance, order), k_lanes);
    require_rows(walked, *instance, 3100);
    require_sorted(walked, order);
  }
  SECTION("a second that ends just at a page's border loses nothing") {
    for (const int per_second : {49, 50, 51, 100}) {
      const auto instance = make();
      fill(*instance, 300, per_second);
      const auto partner = instance->open(50);
      require_rows(walk_all(*partner, walk_of(*instance, order), k_lanes), *instance, 300);
    }
  }
  SECTION("an instance without rows is walked in a page a lane") {
    const auto instance = make();
    const auto partner = instance->open(50);
    const Walked walked = walk_all(*partner, walk_of(*instance, order), 1);
    CHECK(walked.rows.empty());
    CHECK(walked.pages == 1);
  }
  SECTION("exactly one full page is all there") {
    const auto instance = make();
    fill(*instance, 50, 7);
    const auto partner = instance->open(50);
    require_rows(walk_all(*partner, walk_of(*instance, order), 1), *instance, 50);
  }
}

void check_changes(const MakeInstance& make, Order order) {
  SECTION("rows that change between pages take no other row with them") {
    const auto instance = make();
    fill(*instance, 400, 5);
    const auto partner = instance->open(50);
    std::set<std::string> changed;
    // Each page, a row from the middle moves to the end of the time line, behind the window.
    instance->after_page([&](int page) {
      const std::string id = instance->id((page * 37) % 400);
      changed.insert(id);
      instance->put({id, start() + hours(30) + seconds(page), "changed", false});
    });
    const Walked walked = walk_all(*partner, walk_of(*instance, order), k_lanes);
    for (int n = 0; n < 400; ++n) {
      const bool there = walked.rows.count(instance->id(n)) != 0;
      // By time a changed row has left the window: the next walk brings it.
      CHECK((there || (order == Order::by_time && changed.count(instance->id(n)) != 0)));
    }
  }
  SECTION("rows that are deleted between pages take no other row with them") {
    const auto instance = make();
    fill(*instance, 400, 5);
    const auto partner = instance->open(50);
    std::set<std::string> deleted;
    instance->after_page([&](int page) {
      for (int n = 0; n < 5; ++n) {
        const std::string id = instance->id((page * 41 + n * 13) % 400);
        deleted.insert(id);
        instance->remove(id);
      }
    });
    const Walked walked = walk_all(*partner, walk_of(*instance, order), k_lanes);
    for (int n = 0; n < 400; ++n) {
      CHECK((walked.rows.count(instance->id(n)) + deleted.count(instance->id(n))) > 0);
    }
  }
  SECTION("rows hidden by access rules are counted, and hide no other") {
    const auto instance = make();
    fill(*instance, 900, 4);
    int hidden = 0;
    for (int n = 0; n < 900; ++n) {
      const bool block = n >= 300 && n < 480;  // longer than several pages: they come back empty
      if (!block && n % 17 != 0) continue;
      ++hidden;
      instance->put({instance->id(n), start() + seconds(n / 4), title_of(n), true});
    }
    const auto partner = instance->open(50);
    const Walked walked = walk_all(*partner, walk_of(*instance, order), k_lanes);
    CHECK(walked.rows.size() == static_cast<std::size_t>(900 - hidden));
    CHECK(walked.hidden == (instance->counts_hidden() ? hidden : 0));
  }
  SECTION("a walk goes on from every cursor it ever gave, in a new process") {
    const auto instance = make();
    fill(*instance, 330, 60);
    const Walk walk = walk_of(*instance, order);
    const Cursor first = instance->open(50)->lanes(walk, 1).at(0);
    int pages = 1;
    for (int stop_after = 1; stop_after < pages + 1; ++stop_after) {
      Walked walked;
      Cursor cursor = first;
      const auto before = instance->open(50);
      bool last = false;
      for (int page = 0; page < stop_after && !last; ++page) {
        const Page got = before->fetch(walk, cursor, {});
        note(got, 0, walked);
        cursor = got.next;
        last = got.last;
      }
      if (!last) walk_lane(*instance->open(50), walk, cursor, 0, walked);
      require_rows(walked, *instance, 330);
      pages = walked.pages;
    }
    CHECK(pages >= 7);
  }
}

void check_faults(const MakeInstance& make, Order order) {
  const auto instance = make();
  fill(*instance, 300, 20);
  const auto partner = instance->open(50);
  const auto waited = [&] {
    std::chrono::milliseconds sum{0};
    for (const auto wait : instance->clock().waits()) sum += wait;
    return sum;
  };
  const auto meets = [&](Fault fault) {
    instance->after_page([&instance, fault](int page) {
      if (page == 2) instance->order(fault);
    });
    require_rows(walk_all(*partner, walk_of(*instance, order), 1), *instance, 300);
  };
  SECTION("a token refused once is renewed") {
    meets(Fault::refuse_token);
  }
  SECTION("a token that dies midway is renewed") {
    meets(Fault::expire_token);
  }
  SECTION("429 with seconds is obeyed") {
    meets(Fault::throttle_seconds);
    CHECK(waited() >= seconds(7));
    CHECK(partner->traffic().throttled_ms >= 7000);
  }
  SECTION("429 with a date is obeyed") {
    meets(Fault::throttle_date);
    CHECK(waited() >= seconds(8));
  }
  SECTION("a cut connection is tried again") {
    meets(Fault::cut_connection);
    CHECK(partner->traffic().retries > 0);
  }
  SECTION("a page with more rows than asked for loses none") {
    meets(Fault::oversized_page);
  }
  SECTION("an empty page in the middle is not the end") {
    meets(Fault::empty_page);
  }
  SECTION("a stop ends a fetch at once") {
    std::stop_source source;
    source.request_stop();
    const Walk walk = walk_of(*instance, order);
    const Cursor cursor = partner->lanes(walk, 1).at(0);
    try {
      (void)partner->fetch(walk, cursor, source.get_token());
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::cancelled);
    }
  }
  SECTION("a cursor that is not the partner's is refused as damaged") {
    for (const char* text : {"", "{", "nonsense", "{\"v\":99}"}) {
      try {
        (void)partner->fetch(walk_of(*instance, order), text, {});
        FAIL("nothing was thrown");
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::damaged);
      }
    }
  }
}

/// Rows of one second, a second before and a second behind each place where lanes may be cut.
void check_cuts(const MakeInstance& make) {
  constexpr int k_rows = 360;
  for (const int lanes : {1, 2, 3, 4, 16}) {
    const auto instance = make();
    const Walk walk = walk_of(*instance, Order::by_time);
    for (int n = 0; n < k_rows; ++n) {
      const auto cut = (*walk.window.until - start()) * (n % lanes) / lanes;
      const int side = n / lanes % 3 - 1;
      const Timestamp updated = std::chrono::floor<seconds>(start() + cut) + seconds(side);
      instance->put({instance->id(n), std::max(updated, start()), title_of(n), false});
    }
    const auto partner = instance->open(50);
    const Walked walked = walk_all(*partner, walk, lanes);
    require_rows(walked, *instance, k_rows);
    require_sorted(walked, Order::by_time);
    std::map<std::string, std::set<std::size_t>> lanes_of;
    for (std::size_t lane = 0; lane < walked.lanes.size(); ++lane) {
      for (const TruthRow& row : walked.lanes[lane]) lanes_of[row.id].insert(lane);
    }
    for (const auto& [id, seen] : lanes_of) CHECK(seen.size() == 1);
  }
}

void check_window(const MakeInstance& make) {
  const auto instance = make();
  for (int n = 0; n < 40; ++n) {
    instance->put({instance->id(n), start() + seconds(n), title_of(n), false});
  }
  const auto partner = instance->open(50);
  Walk walk = walk_of(*instance, Order::by_time);
  walk.window.from = start() + seconds(10);
  walk.window.until = start() + seconds(20);
  SECTION("a window begins with its first second and ends before its last") {
    const Walked walked = walk_all(*partner, walk, 1);
    CHECK(walked.rows.size() == 10);
    CHECK(walked.rows.count(instance->id(10)) == 1);
    CHECK(walked.rows.count(instance->id(20)) == 0);
  }
  SECTION("a window's borders within a second are kept too") {
    walk.window.from += std::chrono::milliseconds(1);
    walk.window.until = *walk.window.until + std::chrono::milliseconds(1);
    const Walked walked = walk_all(*partner, walk, 1);
    CHECK(walked.rows.size() == 10);
    CHECK(walked.rows.count(instance->id(10)) == 0);
    CHECK(walked.rows.count(instance->id(20)) == 1);
  }
}

void check_threads(const MakeInstance& make) {
  SECTION("lanes may be fetched side by side") {
    const auto instance = make();
    fill(*instance, 2000, 3);
    const auto partner = instance->open(50);
    const Walk walk = walk_of(*instance, load_order(*instance));
    const std::vector<Cursor> cursors = partner->lanes(walk, k_lanes);
    REQUIRE(cursors.size() <= k_lanes);
    REQUIRE(!cursors.empty());
    std::vector<Walked> parts(cursors.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < cursors.size(); ++i) {
        threads.emplace_back([&, i] { walk_lane(*partner, walk, cursors[i], 0, parts[i]); });
      }
    }
    Walked walked;
    for (const Walked& part : parts) walked.rows.insert(part.rows.begin(), part.rows.end());
    require_rows(walked, *instance, 2000);
  }
}

}  // namespace

Walked walk_all(Partner& partner, const Walk& walk, int lanes) {
  Walked walked;
  const std::vector<Cursor> cursors = partner.lanes(walk, lanes);
  for (std::size_t i = 0; i < cursors.size(); ++i) walk_lane(partner, walk, cursors[i], i, walked);
  return walked;
}

void check_partner_contract(const MakeInstance& make) {
  if (load_order(*make()) == Order::by_key) {
    SECTION("by key") {
      check_order(make, Order::by_key);
      check_changes(make, Order::by_key);
      check_faults(make, Order::by_key);
    }
  }
  SECTION("by time") {
    check_order(make, Order::by_time);
    check_changes(make, Order::by_time);
    check_faults(make, Order::by_time);
    SECTION("rows around the cuts between lanes come in one lane each") {
      check_cuts(make);
    }
    SECTION("there is one lane where the window has no upper end") {
      const auto instance = make();
      Walk walk = walk_of(*instance, Order::by_time);
      walk.window.until.reset();
      CHECK(instance->open(50)->lanes(walk, 16).size() == 1);
    }
  }
  SECTION("windows") {
    check_window(make);
  }
  SECTION("threads") {
    check_threads(make);
  }
}

}  // namespace itsmc::test
