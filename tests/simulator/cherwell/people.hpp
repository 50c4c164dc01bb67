// Users, groups, rights: cherwell reference 4.
#pragma once
#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

// getuserbyloginid (v1: path, v2 and v3: query), getuserbyrecid, getuserbypublicid
Reply user_by_login_id(Site& site, const Call& call);
Reply user_by_rec_id(Site& site, const Call& call);
Reply user_by_public_id(Site& site, const Call& call);
Reply security_groups(Site& site, const Call& call);
// getsecuritygroupbusinessobjectpermissionsforcurrentuserbybusob{name,id}
Reply permissions(Site& site, const Call& call);
Reply roles(Site& site, const Call& call);
Reply set_culture(Site& site, const Call& call);

}  // namespace itsmc::sim::cherwell
