// What bounds a whole sync from below, for tests/bench/sync.py: the same instance is walked without
// a store (download + inflate + decode), then its rows, ready in memory, go into a bare table.
//   bench_floors URL USER CLIENT_ID DIRECTORY PAGE_SIZE IN_FLIGHT
// The password and the client secret come from ITSMC_PASSWORD and ITSMC_CLIENT_SECRET. Prints one
// line of JSON: {"rows","fetch_wall","fetch_cpu","insert_wall","insert_cpu"}, in seconds.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "bench/ready_rows.hpp"
#include "client/walk_run.hpp"
#include "itsmc/http/transport.hpp"
#include "itsmc/partners/servicenow.hpp"
#include "support/memory_tokens.hpp"

namespace {

using namespace itsmc;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

struct Spent {
  double wall = 0, cpu = 0;
};

template <class Work>
Spent timed(Work work) {
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  return {wall.count(), cpu_seconds() - cpu};
}

Secret from_environment(const char* name) {
  const char* value = std::getenv(name);
  return Secret(value == nullptr ? "" : value);
}

Connection connection_of(char** arguments) {
  Connection connection;
  connection.name = "bench";
  connection.url = arguments[1];
  connection.username = arguments[2];
  connection.client_id = arguments[3];
  connection.in_flight = std::atoi(arguments[6]);
  return connection;
}

/// Every lane of the last 120 days, handed to `take` page by page.
template <class Take>
void walk(partners::Partner& partner, int in_flight, Take take) {
  partners::Walk walk;
  walk.order = partners::Order::by_key;
  walk.window.from = partner.open_stream(walk.type, {}).served_at - std::chrono::days(120);
  std::vector<store::Lane> lanes;
  for (partners::Cursor& cursor : partner.lanes(walk, in_flight)) {
    lanes.push_back({.cursor = std::move(cursor)});
  }
  const auto take_each = [&](std::vector<client::FetchedPage> pages) {
    for (client::FetchedPage& fetched : pages) take(std::move(fetched));
  };
  const auto failure = client::run_walk(partner, walk, lanes, in_flight, take_each, {});
  if (failure) throw Error(*failure);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    fmt::print(stderr, "usage: bench_floors URL USER CLIENT_ID DIRECTORY PAGE_SIZE IN_FLIGHT\n");
    return 2;
  }
  const Connection connection = connection_of(argv);
  partners::Credentials credentials;
  credentials.client_secret = from_environment("ITSMC_CLIENT_SECRET");
  credentials.password = [] { return from_environment("ITSMC_PASSWORD"); };
  test::MemoryTokens tokens;
  const http::Wire wire{.new_transport = [] { return http::make_curl_transport({}); },
                        .clock = system_clock(),
                        .tokens = tokens,
                        .log = no_log(),
                        .jitter = [] { return 0.5; }};
  const auto partner = partners::servicenow::open(connection, credentials, wire,
                                                  {.max_page_size = std::atoi(argv[5])});
  const int in_flight = connection.in_flight.value_or(4);
  std::size_t rows = 0;
  const Spent fetch = timed([&] {
    walk(*partner, in_flight,
         [&](const client::FetchedPage& fetched) { rows += fetched.page.items.size(); });
  });
  std::vector<WorkItemBatch> ready;
  walk(*partner, in_flight,
       [&](client::FetchedPage fetched) { ready.push_back(std::move(fetched.page.items)); });
  const std::filesystem::path file = std::filesystem::path(argv[4]) / "floor.db";
  for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + ending);
  const Spent insert = timed([&] {
    bench::ReadyRows floor(file);
    for (const WorkItemBatch& batch : ready) floor.insert(batch);
  });
  fmt::print(
      R"({{"rows":{},"fetch_wall":{:.3f},"fetch_cpu":{:.3f},"insert_wall":{:.3f},"insert_cpu":{:.3f}}})"
      "\n",
      rows, fetch.wall, fetch.cpu, insert.wall, insert.cpu);
  return 0;
}
