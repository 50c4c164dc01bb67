// What the instance does to a record that is written: servicenow reference 4.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "servicenow/instance.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::servicenow {

enum class InputValues { stored, display };
enum class InvalidChoice { kept_at_default, stored };

struct WriteRules {
  std::string user;
  std::int64_t now = 0;
  std::int64_t zone_seconds = 0;
  InputValues input = InputValues::stored;
  InvalidChoice invalid_choice = InvalidChoice::kept_at_default;
};

struct WriteOutcome {
  bool changed = false;
  std::optional<std::string> refused;  // the words of a data policy
};

// One table being written by one user. Valid as long as the instance; unique lock needed.
struct Writing {
  Instance& instance;
  const Schema& schema;
  WriteRules rules;
};

// Puts the sent fields into the row and applies the rules of its table: unknown and read-only
// fields are dropped without a word, journals become rows of sys_journal_field, priority is
// computed, states pull their dates along. Nothing is changed when refused.
WriteOutcome write_fields(const Writing& writing, const Fields& sent, Row& row);

// A new row with its number, dates and defaults, not inserted yet.
Row new_record(const Writing& writing);

// impact x urgency (1-3 each) -> 1-5; 5 when either is not such a number.
int computed_priority(std::string_view impact, std::string_view urgency);

}  // namespace itsmc::sim::servicenow
