// How fast the store takes pages of ready rows: Store::apply beside a raw insert of the same
// columns without change detection, position or ledger (the floor), in the same run.
//   bench_upsert DIRECTORY ROWS [key|random] [lanes]
// Rows are made page by page with the clock stopped. `lanes`: how many key ranges are read in turn.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "bench/ready_rows.hpp"
#include "itsmc/store/store.hpp"

namespace {

using namespace itsmc;

constexpr std::size_t k_page = 5000;
constexpr std::size_t k_segment = 100'000;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

std::uint64_t mixed(std::uint64_t x) {
  x ^= x >> 33U;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33U;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33U);
}

/// Work items like a lean incident: 0.7 KB, their times in no relation to their ids.
class Rows {
 public:
  Rows(std::size_t count, bool in_key_order, std::size_t lanes)
      : count_(count), in_key_order_(in_key_order), lanes_(lanes) {}

  void page(std::size_t number, WorkItemBatch& batch) {
    batch.clear();
    const std::size_t pages = count_ / k_page;
    // Lanes are read in turn, each in its own part of the key space.
    const std::size_t per_lane = pages / lanes_;
    const std::size_t place = (number % lanes_) * per_lane + number / lanes_;
    for (std::size_t i = 0; i < k_page; ++i) append(place * k_page + i, batch);
  }

 private:
  std::string words(std::size_t count) {
    static constexpr std::string_view k_words[] = {"printer", "queue",    "VPN",           "email",
                                                   "backup",  "database", "Z\xc3\xbcrich", "failed",
                                                   "offline", "slow"};
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) text += ' ';
      text += k_words[random_() % 10];
    }
    return text;
  }

  void append(std::size_t row, WorkItemBatch& batch) {
    random_.seed(mixed(row + 1));
    const std::uint64_t high = in_key_order_ ? row * (~0ULL / count_) : mixed(row + 77);
    const std::string id = fmt::format("{:016x}{:016x}", high, mixed(row));
    const std::string number = fmt::format("INC{:07}", 1'000'000 + mixed(row) % count_);
    const std::string title = words(6);
    const std::string description = words(45);
    const std::string person = fmt::format("user {}", random_() % 500);
    const std::string group = fmt::format("group {}", random_() % 50);
    const std::string ci = fmt::format("srv-{:04}", random_() % 3000);
    const std::string ci_id = fmt::format("{:016x}{:016x}", mixed(random_() % 3000), 5);
    const auto at = static_cast<TimeValue>(1'640'995'200'000 + mixed(row + 5) % 10'000'000 * 1000);
    WorkItemValues values;
    values[TextField::id] = id;
    values[TextField::number] = number;
    values[TextField::title] = title;
    values[TextField::description] = description;
    values[TextField::state] = "In Progress";
    values[TextField::state_code] = "2";
    values[TextField::urgency] = "2 - Medium";
    values[TextField::urgency_code] = "2";
    values[TextField::impact] = "3 - Low";
    values[TextField::impact_code] = "3";
    values[TextField::priority] = "4 - Low";
    values[TextField::priority_code] = "4";
    values[TextField::category] = "Network";
    values[TextField::category_code] = "network";
    values[TextField::source] = "Self-service";
    values[TextField::source_code] = "self-service";
    values[TextField::escalation] = "Normal";
    values[TextField::escalation_code] = "0";
    values[TextField::assigned_to] = person;
    values[TextField::assignment_group] = group;
    values[TextField::created_by] = person;
    values[TextField::closed_by] = person;
    values[TextField::resolved_by] = person;
    values[TextField::configuration_item] = ci;
    values[TextField::configuration_item_id] = ci_id;
    values[TextField::version] = "7";
    values[TimeField::created_at] = at - 86'400'000;
    values[TimeField::updated_at] = at;
    values[TimeField::resolved_at] = at - 60'000;
    values[TimeField::closed_at] = at;
    batch.append(values);
  }

  std::size_t count_;
  bool in_key_order_;
  std::size_t lanes_;
  std::mt19937_64 random_;
};

struct Measured {
  double wall = 0, cpu = 0, first = 0, last = 0;
};

/// Runs `put` over every page, with the clock running only inside it, then `end`.
template <class Put, class End>
Measured measure(Rows rows, std::size_t count, Put put, End end) {
  Measured measured;
  WorkItemBatch batch;
  double segment = 0;
  std::size_t in_segment = 0;
  const auto timed = [&](const auto& work) {
    const double cpu = cpu_seconds();
    const auto begin = std::chrono::steady_clock::now();
    work();
    const double wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    measured.cpu += cpu_seconds() - cpu;
    measured.wall += wall;
    return wall;
  };
  for (std::size_t page = 0; page < count / k_page; ++page) {
    rows.page(page, batch);
    segment += timed([&] { put(page, batch); });
    in_segment += k_page;
    if (in_segment < k_segment && page + 1 < count / k_page) continue;
    measured.last = static_cast<double>(in_segment) / segment;
    if (measured.first == 0) measured.first = measured.last;
    segment = 0;
    in_segment = 0;
  }
  timed(end);
  return measured;
}

void print(const char* what, std::size_t count, const Measured& measured) {
  const auto rows = static_cast<double>(count);
  fmt::print(
      "{:<28} {:>9.0f} rows/s  first 100k {:>8.0f}  last {:>8.0f} ({:.2f})  cpu s/M "
      "{:5.2f}  peak {:.1f} MiB\n",
      what, rows / measured.wall, measured.first, measured.last, measured.last / measured.first,
      measured.cpu / rows * 1e6, peak_mib());
}

void remove_store(const std::filesystem::path& file) {
  for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + ending);
}

Measured put_pages(const std::filesystem::path& file, const Rows& rows, std::size_t count) {
  store::Store store(file, store::OpenMode::read_write);
  const store::StreamKey key{"bench", WorkItemType::incident};
  const auto position = store.position(key);
  store::WalkState walk;
  walk.by_key = true;
  walk.lanes.emplace_back();
  store.begin_walk(key, {"f", position ? position->complete_until : std::nullopt, walk});
  const std::int64_t run = store.begin_run("r", key, Timestamp{});
  return measure(
      rows, count,
      [&](std::size_t page, const WorkItemBatch& batch) {
        store.apply(key, run, {batch, 0, {fmt::format("cursor {}", page), false}});
      },
      [&] {
        WorkItemBatch none;
        store.apply(key, run, {none, 0, {"", true}});
        store.finish_walk(key, run, Timestamp{}, Timestamp{});
      });
}

Measured insert_ready_rows(const std::filesystem::path& file, const Rows& rows, std::size_t count) {
  bench::ReadyRows floor(file);
  return measure(
      rows, count, [&](std::size_t, const WorkItemBatch& batch) { floor.insert(batch); }, [] {});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: bench_upsert DIRECTORY ROWS [key|random] [lanes]\n");
    return 2;
  }
  const std::filesystem::path directory(argv[1]);
  const std::size_t count = std::strtoull(argv[2], nullptr, 10) / k_page * k_page;
  const bool in_key_order = argc < 4 || std::string_view(argv[3]) != "random";
  const std::size_t lanes = argc < 5 ? 1 : std::strtoull(argv[4], nullptr, 10);
  if (count == 0 || lanes == 0 || count / k_page % lanes != 0) {
    fmt::print(stderr, "ROWS must be a multiple of 5000 times lanes\n");
    return 2;
  }
  const Rows rows(count, in_key_order, lanes);
  const auto floor = directory / "floor.db";
  const auto file = directory / "store.db";
  remove_store(floor);
  remove_store(file);
  const Measured least = insert_ready_rows(floor, rows, count);
  print("insert of ready rows", count, least);
  const Measured load = put_pages(file, rows, count);
  print("first load", count, load);
  const Measured again = put_pages(file, rows, count);
  print("same rows again", count, again);
  fmt::print("first load against insert: wall {:.2f}, cpu {:.2f}; file {} MiB, insert's {} MiB\n",
             load.wall / least.wall, load.cpu / least.cpu, std::filesystem::file_size(file) >> 20U,
             std::filesystem::file_size(floor) >> 20U);
  remove_store(floor);
  remove_store(file);
  return 0;
}
