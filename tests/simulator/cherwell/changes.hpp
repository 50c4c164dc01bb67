// Rows that change behind the client's back.
#pragma once
#include <string>
#include <vector>

#include "cherwell/site.hpp"
#include "shared/orders.hpp"

namespace itsmc::sim::cherwell {

// All under the exclusive lock; the RecIDs of the rows concerned.
std::vector<std::string> touch_rows(Site& site, const ChangeOrder& order);
std::vector<std::string> create_rows(Site& site, const ChangeOrder& order);
std::vector<std::string> delete_rows(Site& site, const ChangeOrder& order);
void put_row(Site& site, const PutOrder& order);
// False when there is no such row.
bool remove_row(Site& site, ItemType type, const std::string& rec_id);

}  // namespace itsmc::sim::cherwell
