// savebusinessobject and savebusinessobjectbatch (cherwell reference 7).
#pragma once
#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

Reply save(Site& site, const Call& call);
Reply save_batch(Site& site, const Call& call);

// What every write of the product does besides: LastModified*, dates of state changes, the display
// names of customer and CI. `now` is UTC seconds, `who` a display name.
void settle_record(Site& site, TypeNumber type, Record& record, std::int64_t now,
                   std::string_view who);

}  // namespace itsmc::sim::cherwell
