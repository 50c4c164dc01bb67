#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "itsmc/partners/partner.hpp"

/// A product in memory, and the truth a sync must end with. Outlives its partners. Safe between
/// threads.
class FakeInstance {
 public:
  struct Row {
    itsmc::Timestamp updated_at{};
    int version = 0;
    std::string title;
  };

  void put(const std::string& id, itsmc::Timestamp at, std::string title) {
    const std::lock_guard lock(mutex);
    Row& row = rows[id];
    row = {at, row.version + 1, std::move(title)};
  }
  void erase(const std::string& id) {
    const std::lock_guard lock(mutex);
    rows.erase(id);
  }

  mutable std::mutex mutex;
  std::map<std::string, Row> rows;
  itsmc::Timestamp now{};
  int fetches = 0;
  int lanes_wanted = 0;
  std::string fields = "v1";
  std::vector<std::string> facts;
  itsmc::partners::Order order = itsmc::partners::Order::by_key;
  std::size_t page_size = 3;
  /// Called with the number of the fetch, without the lock: changes rows, throws, stops.
  std::function<void(int)> before_fetch = [](int) {};
  bool fetches_until_stopped = false;  // as an instance that never answers
};

/// Cursors: by key "FIRST-HEX LAST-HEX LAST-ID", by time "MS LAST-ID".
class FakePartner : public itsmc::partners::Partner {
 public:
  explicit FakePartner(FakeInstance& instance) : instance_(instance) {}

  std::vector<itsmc::Check> examine(std::stop_token) override { return {}; }
  itsmc::partners::Opening open_stream(itsmc::WorkItemType, std::stop_token) override {
    return {.served_at = served_at(), .facts = instance_.facts};
  }
  std::string fingerprint(itsmc::WorkItemType) const override { return instance_.fields; }
  itsmc::partners::Order first_load_order(itsmc::WorkItemType) const override {
    return instance_.order;
  }
  std::vector<itsmc::partners::Cursor> lanes(const itsmc::partners::Walk& walk,
                                             int wanted) const override {
    instance_.lanes_wanted = wanted;
    if (walk.order == itsmc::partners::Order::by_time) return {""};
    if (wanted < 2) return {"0g"};
    return {"08", "8g"};
  }
  itsmc::partners::Page fetch(const itsmc::partners::Walk& walk,
                              const itsmc::partners::Cursor& cursor, std::stop_token) override;
  void sign_out(std::stop_token) override {}
  const itsmc::http::Traffic& traffic() const noexcept override { return traffic_; }
  itsmc::Timestamp served_at() const override {
    const std::lock_guard lock(instance_.mutex);
    return instance_.now;
  }

 private:
  using Found = std::vector<std::pair<std::string, FakeInstance::Row>>;
  Found select(const itsmc::partners::Walk& walk, const std::string& cursor) const;
  FakeInstance& instance_;
  itsmc::http::Traffic traffic_;
};

inline FakePartner::Found FakePartner::select(const itsmc::partners::Walk& walk,
                                              const std::string& cursor) const {
  const bool by_key = walk.order == itsmc::partners::Order::by_key;
  Found found;
  for (const auto& [id, row] : instance_.rows) {
    if (row.updated_at < walk.window.from) continue;
    if (walk.window.until && row.updated_at >= *walk.window.until) continue;
    if (by_key && (id[0] < cursor[0] || id[0] >= cursor[1])) continue;
    if (by_key && id <= cursor.substr(2)) continue;
    found.emplace_back(id, row);
  }
  if (by_key) return found;
  const auto place = [](const auto& row) {
    return std::pair(row.second.updated_at.time_since_epoch().count(), row.first);
  };
  std::sort(found.begin(), found.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  if (cursor.empty()) return found;
  const std::size_t space = cursor.find(' ');
  const auto last = std::pair<std::int64_t, std::string>(std::stoll(cursor.substr(0, space)),
                                                         cursor.substr(space + 1));
  std::erase_if(found, [&](const auto& row) { return place(row) <= last; });
  return found;
}

inline itsmc::partners::Page FakePartner::fetch(const itsmc::partners::Walk& walk,
                                                const itsmc::partners::Cursor& cursor,
                                                std::stop_token stop) {
  int number = 0;
  {
    const std::lock_guard lock(instance_.mutex);
    number = ++instance_.fetches;
  }
  ++traffic_.requests;
  instance_.before_fetch(number);
  if (instance_.fetches_until_stopped) {
    while (!stop.stop_requested()) std::this_thread::yield();
    throw itsmc::Error(itsmc::ErrorKind::cancelled, "interrupted");
  }
  const std::lock_guard lock(instance_.mutex);
  Found found = select(walk, cursor);
  itsmc::partners::Page page;
  page.last = found.size() <= instance_.page_size;
  if (!page.last) found.resize(instance_.page_size);
  page.next = cursor;
  for (const auto& [id, row] : found) {
    itsmc::WorkItemValues values;
    const std::string version = std::to_string(row.version);
    values[itsmc::TextField::id] = id;
    values[itsmc::TextField::number] = id;
    values[itsmc::TextField::title] = row.title;
    values[itsmc::TextField::version] = version;
    values[itsmc::TimeField::updated_at] = row.updated_at.time_since_epoch().count();
    page.items.append(values);
    page.next = walk.order == itsmc::partners::Order::by_key
                    ? cursor.substr(0, 2) + id
                    : std::to_string(row.updated_at.time_since_epoch().count()) + " " + id;
  }
  return page;
}
