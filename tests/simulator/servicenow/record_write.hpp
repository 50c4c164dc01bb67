// What every API that writes records shares: body, refusals, the write itself with its faults.
#pragma once
#include <optional>

#include "servicenow/record_rules.hpp"
#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {

// The fields of the body, or the refusal. Of an array only the first record counts
// (servicenow reference 2.1).
std::optional<Reply> read_body(const Request& request, Fields& fields);

// The answer that access rules give instead of a write. `operation`: "Insert", "Update", "Delete".
std::optional<Reply> write_refusal(const Site& site, const Call& call, std::string_view operation);

// The row, or the words of the rule that refused it.
struct WriteResult {
  std::optional<std::string> refused;
  RowRef row;
};
// Into the table call.table. The caller holds the instance's lock, unique; the tables are settled.
// The faults drop-field, change-field and resolve-refused apply.
WriteResult insert_record(Site& site, const Call& call, Fields sent);
WriteResult change_record(Site& site, const Call& call, RowNumber row, Fields sent);

// 403 in the words of a data policy or a business rule.
Reply rule_reply(const std::string& words);

}  // namespace itsmc::sim::servicenow
