// The Logs Ingestion API (azure reference 2).
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "azure/row_intake.hpp"
#include "azure/site.hpp"

namespace itsmc::sim::azure {

inline constexpr std::size_t k_most_on_the_wire = 1'048'576;
inline constexpr std::size_t k_most_unpacked = 50U << 20;

// What went in, by calls that were accepted unless said otherwise.
struct IngestionCounters {
  std::atomic<std::int64_t> batches{0};
  std::atomic<std::int64_t> empty_batches{0};  // of those: no rows
  std::atomic<std::int64_t> rows{0};
  std::atomic<std::int64_t> bytes{0};  // on the wire
  std::atomic<std::int64_t> unpacked_bytes{0};
  std::atomic<std::int64_t> largest_unpacked{0};
  std::atomic<std::int64_t> refused{0};  // calls that were not accepted
  std::atomic<std::int64_t> not_arrays{0};
  std::atomic<std::int64_t> not_objects{0};
  std::atomic<std::int64_t> dropped_values{0};
  std::atomic<std::int64_t> cut_values{0};
  std::atomic<std::int64_t> rewritten_times{0};
  std::atomic<std::int64_t> in_flight{0};
  std::atomic<std::int64_t> most_in_flight{0};  // until the answer has gone out
};

// The ingestion IS the data plane's endpoint. Thread-safe; the site must outlive it.
class Ingestion {
 public:
  explicit Ingestion(Site& site) : site_(site) {}
  // /dataCollectionRules/{immutable id}/streams/{stream}
  static bool owns(std::string_view path);
  Reply answer(const Request& request, const Firing& firing);
  [[nodiscard]] std::string counters_json() const;
  void clear_counters();

 private:
  struct Target {
    std::string immutable_id, stream, table, transform, rule_id;
    bool found = false;
    bool stream_found = false;
    IntakePlan stream_plan, table_plan;
    bool auxiliary = false;
  };

  Reply judged(const Request& request, const Firing& firing);
  std::optional<Reply> refused(const Request& request, const Firing& firing, const Target& target);
  std::optional<Reply> limited(const Request& request, const Firing& firing);
  Target target_of(std::string_view path) const;
  Reply take(const Request& request, const Firing& firing, const Target& target);
  Reply store(const Target& target, Intake intake);
  // What the rule's transformation makes of rows that passed the stream.
  Intake transformed(const Target& target, const Intake& sent) const;

  Site& site_;
  IngestionCounters counters_;
  std::mutex window_mutex_;
  std::int64_t window_start_ms_ = 0;
  std::int64_t window_calls_ = 0;
  std::int64_t window_bytes_ = 0;
};

}  // namespace itsmc::sim::azure
