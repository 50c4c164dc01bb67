// The rows as they are, for tests to compare with.
#pragma once
#include "cherwell/site.hpp"
#include "shared/item.hpp"

namespace itsmc::sim::cherwell {

// ndjson by RecID: id, number, updated, title, state, open, configuration_item, assigned_to, hidden
// and the other keys of a neutral work item; `since` seconds UTC leaves older rows out.
Reply truth_reply(Site& site, ItemType type, std::int64_t since);

}  // namespace itsmc::sim::cherwell
