// Changes from outside the API: what other people do to the instance meanwhile.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "servicenow/instance.hpp"

namespace itsmc::sim::servicenow {

struct ChangePlan {
  std::string table = "incident";
  std::uint64_t count = 1;
  std::int64_t moment = 0;  // the second that all of them get
  std::uint64_t seed = 1;
};

// Each returns the sys_ids concerned. The caller holds the lock, unique; the tables are settled.
// Bumps rows into that second: a new description, sys_mod_count + 1.
std::vector<std::string> touch_rows(Instance& instance, const ChangePlan& plan);
// Deletes rows; each leaves a row in sys_audit_delete.
std::vector<std::string> delete_rows(Instance& instance, const ChangePlan& plan);
// Adds rows created and changed in that second.
std::vector<std::string> create_rows(Instance& instance, const ChangePlan& plan);
// A row with that sys_id, when there is none yet ("global": servicenow reference 3.4, 6).
void ensure_row(Instance& instance, const std::string& table, const Key& id, std::int64_t moment);

}  // namespace itsmc::sim::servicenow
