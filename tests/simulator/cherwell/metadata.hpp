// What the instance says of its objects: summary, schema, template, lists (cherwell reference 5).
#pragma once
#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

Reply service_info(Site& site, const Call& call);  // without a token
Reply summary(Site& site, const Call& call);
Reply summaries(Site& site, const Call& call);
Reply schema(Site& site, const Call& call);
Reply field_template(Site& site, const Call& call);
Reply field_values(Site& site, const Call& call);
// getbusinessobject
Reply read_one(Site& site, const Call& call);

}  // namespace itsmc::sim::cherwell
