#pragma once

#include <chrono>
#include <string>

#include "itsmc/core/files.hpp"
#include "itsmc/store/store.hpp"
#include "support/run_cli.hpp"

// A store with work items to list, to count and to ask in SQL.

namespace itsmc::test::stored {

inline const Timestamp k_begin{std::chrono::seconds(1'767'300'000)};

inline store::Position walking() {
  store::WalkState walk;
  walk.started = k_begin;
  walk.lanes.resize(1);
  return {"fields", {}, walk};
}

inline std::string id_of(int number) {
  std::string digits = std::to_string(number);
  return std::string(32 - digits.size(), '0') + digits;
}

inline void append(WorkItemBatch& batch, int number) {
  const std::string id = id_of(number);
  const std::string name =
      "INC" + std::string(number < 10 ? "000000" : "00000") + std::to_string(number);
  WorkItemValues values;
  values[TextField::id] = id;
  values[TextField::number] = name;
  values[TextField::title] = number == 3 ? "esc\x1b[2J \"quoted\", and\nmore" : "disk full";
  values[TextField::description] = number == 3 ? "first line\nsecond line" : "";
  values[TextField::state] = number % 2 == 0 ? "New" : "Closed";
  values[TextField::state_code] = number % 2 == 0 ? "1" : "7";
  values[TextField::priority] = "3 - Moderate";
  values[TimeField::created_at] = k_begin.time_since_epoch().count();
  values[TimeField::updated_at] = k_begin.time_since_epoch().count() + number * 1'000;
  values.open = number % 2 == 0;
  batch.append(values);
}

/// Sixty incidents of "prod", and INC0000005 again as a change request of "test".
inline void fill_store(CliWorld& world) {
  store::Store store(world.data_dir() / "itsmc.db", store::OpenMode::read_write);
  const store::StreamKey incidents{"prod", WorkItemType::incident};
  WorkItemBatch batch;
  for (int number = 1; number <= 60; ++number) append(batch, number);
  store.begin_walk(incidents, walking());
  const std::int64_t run = store.begin_run("run-1", incidents, k_begin);
  const store::Applied applied = store.apply(incidents, run, {batch, 0, {"", true}, 2});
  store.finish_walk(incidents, run, k_begin, k_begin);
  StreamReport report{.connection = "prod", .pages = 1, .requests = 2, .fetched = 60};
  report.created = applied.created;
  report.hidden = 2;
  report.seconds = 1.5;
  store.end_run(run, report, k_begin + std::chrono::seconds(2));
  const store::StreamKey changes{"test", WorkItemType::change_request};
  WorkItemBatch other;
  append(other, 5);
  store.begin_walk(changes, walking());
  store.apply(changes, 0, {other, 0, {"", true}, 0});
}

inline void add_connection(CliWorld& world) {
  write_atomically(world.config_dir() / "connections" / "prod.toml",
                   "partner = \"servicenow\"\nurl = \"https://acme.service-now.com\"\n"
                   "username = \"itsmc\"\nclient-id = \"0a1b2c\"\n",
                   Privacy::shared);
}

}  // namespace itsmc::test::stored
