// getsearchresults: the page that goes out.
#pragma once
#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

Reply search(Site& site, const Call& call);
// Opens and changes rows before the answer: update-between-pages, late-commit.
void disturb(Site& site, const Call& call, TypeNumber type);

}  // namespace itsmc::sim::cherwell
