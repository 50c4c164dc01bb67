#include <fmt/format.h>

#include "dataverse/answers.hpp"
#include "dataverse/site.hpp"

namespace itsmc::sim::dataverse {

// {"@odata.context":"..#Microsoft.Dynamics.CRM.WhoAmIResponse","BusinessUnitId":..,"UserId":..,
//  "OrganizationId":..}  (fixture whoami.response.json)
std::optional<Reply> call_function(Site& site, const Call& call, std::string_view name) {
  if (name.ends_with("()")) name.remove_suffix(2);
  if (name == "WhoAmI") {
    return data_reply(fmt::format(
        R"({{"@odata.context":"{}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",)"
        R"("BusinessUnitId":"{}","UserId":"{}","OrganizationId":"{}"}})",
        call.base, site.business_unit.text(), call.user.text(), site.organisation_id.text()));
  }
  if (name == "RetrieveVersion") {
    const auto* version = call.firing.argument("version");
    return data_reply(fmt::format(
        R"({{"@odata.context":"{}$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse",)"
        R"("Version":"{}"}})",
        call.base, version && !version->empty() ? *version : site.settings.version));
  }
  return std::nullopt;
}

}  // namespace itsmc::sim::dataverse
