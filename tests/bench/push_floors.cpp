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

namespace {

using namespace itsmc;

constexpr std::size_t k_max_bytes = 999'000;
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
  fmt::print(R"({{"rows":{},"bytes":{},"build":{:.3f},"build_gzip":{:.3f},"gzip":{:.3f}}})"
             "\n",
             rows, bytes, built, build_gzip, gzip);
  return 0;
}
