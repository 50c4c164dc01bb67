// Relationships between rows (cherwell reference 10): a GET that changes data.
#pragma once
#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

Reply link_related(Site& site, const Call& call);
Reply unlink_related(Site& site, const Call& call);
// getrelatedbusinessobject by path; pageNumber counts as in a search.
Reply related(Site& site, const Call& call);

}  // namespace itsmc::sim::cherwell
