#include "dataverse/answers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace itsmc::sim::dataverse {

Reply error_reply(const Refusal& refusal) {
  Reply reply = json_reply(refusal.status(),
                           fmt::format(R"({{"error":{{"code":{},"message":{}}}}})",
                                       quote_json(refusal.code()), quote_json(refusal.what())));
  reply.content_type = "application/json; odata.metadata=minimal";
  return reply;
}

Reply data_reply(std::string body) {
  Reply reply = json_reply(200, std::move(body));
  reply.content_type = "application/json; odata.metadata=minimal";
  return reply;
}

void annotate_error(Reply& reply) {
  auto body = nlohmann::ordered_json::parse(*reply.body);
  auto& error = body["error"];
  const std::string code = error["code"];
  const std::string short_code = code.starts_with("0x") ? code.substr(2) : code;
  error["@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"] = "0";
  error["@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode"] = code;
  error["@Microsoft.PowerApps.CDS.HelpLink"] =
      "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a" +
      short_code + "&client=platform";
  error["@Microsoft.PowerApps.CDS.InnerError.Message"] = error["message"];
  reply.set_body(body.dump());
}

}  // namespace itsmc::sim::dataverse
