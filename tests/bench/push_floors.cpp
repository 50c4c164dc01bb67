// What bounds a push from below, for tests/bench/push.py: the rows of a store's stream are built
// into batches and compressed as a push does; then the same batches, ready in memory, are
// compressed by libdeflate level 1 alone.
//   bench_push_floors DATABASE
// Prints one line of JSON: {"rows","bytes","build","build_gzip","gzip"}, times in seconds.
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <libdeflate.h>

#include "client/owed_batches.hpp"
#include "itsmc/http/transport.hpp"
#include "itsmc/sinks/row.hpp"

namespace {

using namespace itsmc;

constexpr std::size_t k_max_bytes = 999'000;
constexpr std::size_t k_most_ready = 200'000;
constexpr std::size_t k_kept_batches = 200;  // enough to time, little enough to hold

template <class Work>
double timed(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// With a time of its own for all rows: the same rows make the same bytes.
template <class Take>
void build(const store::Store& store, Take take) {
  client::OwedBatches batches(store, {"bench", WorkItemType::incident}, 0, k_max_bytes);
  for (std::size_t i = 0; i < k_kept_batches; ++i) {
    auto batch = batches.next(Timestamp{});
    if (!batch) return;
    take(*batch);
  }
}

/// The rows in memory, as the store hands them out.
WorkItemBatch read_rows(const store::Store& store) {
  WorkItemBatch rows;
  store.owed({"bench", WorkItemType::incident}, 0, [&](store::ChangeSeq, const StoredItem& stored) {
    WorkItemValues values;
    for (std::size_t i = 0; i < k_text_fields; ++i) {
      values.text[i] = stored.item.text(static_cast<TextField>(i));
    }
    for (std::size_t i = 0; i < k_time_fields; ++i) {
      values.time[i] = stored.item.time_value(static_cast<TimeField>(i));
    }
    values.open = stored.item.open();
    rows.append(values);
    return rows.size() < k_most_ready ? store::Visit::go_on : store::Visit::stop;
  });
  return rows;
}

/// Ready rows into batches of exact size, each compressed: what the sender itself adds to reading.
std::size_t pack_ready(const WorkItemBatch& rows) {
  std::size_t packed = 0;
  std::string batch = "[";
  std::string row;
  std::vector<std::string_view> cut;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    row.clear();
    sinks::append_row({"bench", WorkItemType::incident, rows[i], {}}, "1970-01-01T00:00:00Z", row,
                      cut);
    if (batch.size() + row.size() + 2 > k_max_bytes) {
      packed += http::gzip(batch += ']').size();
      batch = "[";
    }
    if (batch.size() > 1) batch += ',';
    batch += row;
  }
  return packed + http::gzip(batch += ']').size();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_push_floors DATABASE\n");
    return 2;
  }
  const store::Store store(argv[1], store::OpenMode::read_only);
  std::vector<std::string> ready;
  std::size_t rows = 0, bytes = 0, packed = 0;
  const double built = timed([&] {
    build(store, [&](client::OutgoingBatch& batch) {
      rows += batch.rows.size();
      bytes += batch.json.size();
      ready.push_back(std::move(batch.json));
    });
  });
  const double build_gzip = timed([&] {
    build(store, [&](client::OutgoingBatch& batch) { packed += http::gzip(batch.json).size(); });
  });
  const WorkItemBatch in_memory = read_rows(store);
  std::size_t ready_packed = 0;
  const double ready_build_gzip = timed([&] { ready_packed = pack_ready(in_memory); });
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(1);
  std::string room;
  const double gzip = timed([&] {
    for (const std::string& batch : ready) {
      room.resize(libdeflate_gzip_compress_bound(compressor, batch.size()));
      packed -= libdeflate_gzip_compress(compressor, batch.data(), batch.size(), room.data(),
                                         room.size());
    }
  });
  libdeflate_free_compressor(compressor);
  if (packed != 0) {
    fmt::print(stderr, "error: the two ways do not make the same bytes\n");
    return 1;
  }
  fmt::print(R"({{"rows":{},"bytes":{},"build":{:.3f},"build_gzip":{:.3f},"gzip":{:.3f},)"
             R"("ready_rows":{},"ready_build_gzip":{:.3f},"ready_packed":{}}})"
             "\n",
             rows, bytes, built, build_gzip, gzip, in_memory.size(), ready_build_gzip,
             ready_packed);
  return 0;
}
