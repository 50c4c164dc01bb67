#include <algorithm>
#include <array>

#include "itsmc/partners/cherwell.hpp"
#include "itsmc/partners/intake.hpp"
#include "itsmc/partners/partner.hpp"
#include "itsmc/partners/provance.hpp"
#include "itsmc/partners/scsm.hpp"
#include "itsmc/partners/servicenow.hpp"

namespace itsmc::partners {
namespace {

constexpr std::array k_partners = {
    PartnerEntry{PartnerKind::servicenow, servicenow::open, servicenow::sign_in,
                 servicenow::k_refresh_lifetime, nullptr, servicenow::open_intake},
    PartnerEntry{
        PartnerKind::cherwell, cherwell::open, cherwell::sign_in, cherwell::k_refresh_lifetime,
        nullptr, cherwell::open_intake, "its licence is given back",
        // Its "business object template" is the blank of a record (cherwell reference 5).
        "Cherwell's interface knows no saved templates: fill fields by --set, or save them "
        "in an action"},
    PartnerEntry{PartnerKind::provance,
                 provance::open,
                 provance::sign_in,
                 provance::k_refresh_lifetime,
                 provance::draft_profile,
                 provance::open_intake,
                 {},
                 "Dataverse keeps no templates of rows: fill fields by --set, in an action, or for "
                 "every new row by [incident.create] of a profile (docs/provance.md in "
                 "/usr/share/doc/itsmc)"},
    PartnerEntry{PartnerKind::scsm, scsm::open, scsm::sign_in, scsm::k_refresh_lifetime, nullptr,
                 scsm::open_intake},
};

}  // namespace

const PartnerEntry* find_partner(PartnerKind kind) noexcept {
  const auto found = std::find_if(k_partners.begin(), k_partners.end(),
                                  [kind](const PartnerEntry& entry) { return entry.kind == kind; });
  return found == k_partners.end() ? nullptr : &*found;
}

}  // namespace itsmc::partners
