#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "itsmc/core/files.hpp"
#include "itsmc/store/store.hpp"
#include "support/run_cli.hpp"

// A store that a dashboard has something to say of.

namespace itsmc::test::board {

inline const Timestamp k_now{std::chrono::seconds(1'767'300'000)};  // 2026-01-01T20:40:00Z
inline constexpr std::chrono::hours k_day{24};

struct Item {
  int number = 0;
  std::string title, computer;
  int days_old = 0;
  bool open = true;
};

inline void bring(CliWorld& world, const store::StreamKey& stream, const std::vector<Item>& items) {
  store::Store store(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
  WorkItemBatch batch;
  for (const Item& item : items) {
    const std::string id = fmt::format("{:032}", item.number);
    const std::string number = fmt::format("INC{:07}", item.number);
    WorkItemValues values;
    values[TextField::id] = id;
    values[TextField::number] = number;
    values[TextField::title] = item.title;
    values[TextField::state] = item.open ? "New" : "Closed";
    values[TextField::configuration_item] = item.computer;
    const Timestamp created = k_now - item.days_old * k_day - std::chrono::hours(1);
    values[TimeField::created_at] = created.time_since_epoch().count();
    values[TimeField::updated_at] = created.time_since_epoch().count();
    values.open = item.open;
    batch.append(values);
  }
  store::WalkState walk;
  walk.started = k_now;
  walk.lanes.resize(1);
  store.begin_walk(stream, {"fields", {}, walk});
  const std::int64_t run = store.begin_run("run-1", stream, k_now);
  store.apply(stream, run, {batch, 0, {"", true}, 0});
  store.finish_walk(stream, run, k_now, k_now);
  store.end_run(run, {.connection = stream.connection, .type = stream.type}, k_now);
  StreamReport failed{.connection = stream.connection, .type = stream.type};
  failed.status = StreamState::failed;
  failed.error = Error(ErrorKind::denied, "ServiceNow said: User Not Authorized (403)",
                       "itsmc connection test " + stream.connection);
  if (stream.type == WorkItemType::change_request) {
    store.end_run(store.begin_run("run-2", stream, k_now), failed, k_now);
  }
}

/// Incidents over 40 days, some on computers, one of a title that means harm; one too old.
inline void fill(CliWorld& world) {
  write_atomically(world.config_dir() / "connections" / "prod.toml",
                   "partner = \"servicenow\"\nurl = \"https://acme.service-now.com\"\n"
                   "username = \"itsmc\"\nclient-id = \"0a1b2c\"\nsync-days = 60\n",
                   Privacy::shared);
  std::vector<Item> incidents;
  for (int i = 1; i <= 40; ++i) {
    incidents.push_back({i, "disk full",
                         i % 4 == 0   ? "vm01"
                         : i % 7 == 0 ? "VM01"
                                      : "",
                         i, i < 10});
  }
  incidents.push_back({41, "</script><script>x", "\u8cc7\u6599\u5eab\u4e3b\u6a5f", 2, true});
  incidents.push_back({42, "old", "vm02", 90, false});
  bring(world, {"prod", WorkItemType::incident}, incidents);
  bring(world, {"prod", WorkItemType::change_request}, {{50, "patch", "o'brien pc", 3, true}});
  world.environment["LANG"] = "en_GB.UTF-8";
}

}  // namespace itsmc::test::board
