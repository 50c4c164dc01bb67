// The audit log of a real instance, replayed into ours.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "servicenow/instance.hpp"

namespace itsmc::sim::servicenow {

// The replay IS the log plus a position in it. Every line is an incident as it stood after an
// update. Lines are applied in the order of sys_updated_at; within an incident in the order of the
// file, where a time that goes back (one line does) counts as the time before it. Not
// thread-safe: the instance's lock guards it.
class LogReplay {
 public:
  // `text` is the CSV (data/README); `shift` is added to every time of the log and must be whole
  // minutes. Throws std::runtime_error when a line cannot be read.
  LogReplay(Instance& instance, std::string text, std::int64_t shift);

  // Applies every update up to and including that log time; returns how many.
  std::size_t advance_to(std::int64_t log_time);
  [[nodiscard]] std::int64_t position() const { return position_; }
  [[nodiscard]] std::int64_t shift() const { return shift_; }

 private:
  struct Event {
    std::int64_t time = 0;
    std::uint32_t line = 0;  // offset into text_
  };
  using Cells = std::vector<std::string_view>;

  void read_events();
  void add_choices();
  void apply(const Event& event);
  void apply_change(std::string_view number, const Cells& cells, std::int64_t moment);
  [[nodiscard]] Row change_row(std::string_view number, const Cells& cells, std::int64_t moment);
  [[nodiscard]] Row incident_row(const Cells& cells, std::int64_t moment);
  void put_incident_texts(const Cells& cells, RowMaker& maker) const;
  void put_incident_ends(const Cells& cells, std::int64_t moment, RowMaker& maker);
  void ensure_choice(std::string_view element, std::string_view value, const std::string& label);
  // sys_id of the user, group, CI, ... of that number, made when it is new; "" for "?".
  std::string reference(std::string_view table, std::string_view label, std::string_view number);
  [[nodiscard]] std::string date(std::string_view cell) const;

  Instance& instance_;
  std::string text_;
  std::int64_t shift_;
  std::vector<Event> events_;
  std::size_t next_ = 0;
  std::int64_t position_ = 0;
  std::unordered_map<std::string_view, RowNumber> incidents_, changes_;
  std::unordered_set<std::string> known_;
};

// 29/2/2016 01:16 -> seconds; throws std::runtime_error.
std::int64_t parse_log_time(std::string_view cell);

}  // namespace itsmc::sim::servicenow
