// Answers in the product's form.
#pragma once
#include "dataverse/refusal.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::dataverse {

Reply error_reply(const Refusal& refusal);
// 200 with application/json; odata.metadata=minimal.
Reply data_reply(std::string body);
// {"error":{..,"@Microsoft.PowerApps.CDS.HelpLink":..}}: what an error carries when every
// annotation was asked for (fixture error.400-plugin.response.json).
void annotate_error(Reply& reply);

}  // namespace itsmc::sim::dataverse
