// The journal of requests and the counters made from it.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "shared/message.hpp"

namespace itsmc::sim {

// What the journal keeps of one answered request.
struct JournalEntry {
  std::int64_t at_ms = 0;  // steady milliseconds since the start
  std::string method;
  std::string target;
  int status = 0;
  std::size_t bytes = 0;
  std::string header_names;   // comma-joined, as sent
  std::string authorization;  // scheme only: the value is never kept
  std::string body;           // of writes; forms are masked
  std::string faults;
};

// The journal IS the simulator's memory of what was asked. Thread-safe; keeps the last
// `k_kept` entries, counters count all.
class Journal {
 public:
  static constexpr std::size_t k_kept = 200'000;

  Journal();
  // A request has begun / has been answered: the difference is what is in flight.
  void begin();
  void end(const Request& request, const Reply& reply, std::string faults);
  void count(const std::string& name);
  // Bodies of requests whose path holds that text are not kept from now on; empty: all are kept.
  void leave_out_bodies(std::string path_part);
  void clear();
  [[nodiscard]] std::string counters_json() const;
  // Calls `sink` with one JSON line per entry.
  void write(const Sink& sink) const;

 private:
  bool keeps_body(std::string_view path) const;

  mutable std::mutex mutex_;
  std::int64_t started_ms_;
  std::deque<JournalEntry> entries_;
  std::map<std::string, std::map<int, std::int64_t>> by_path_;
  std::map<std::string, std::int64_t> named_;
  std::string without_bodies_;
  std::int64_t requests_ = 0;
  std::int64_t bytes_ = 0;
  int in_flight_ = 0;
  int most_in_flight_ = 0;
};

}  // namespace itsmc::sim
