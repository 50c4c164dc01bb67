#include "azure/service.hpp"

#include <fmt/format.h>

#include "azure/principals.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::azure {

Service::Service(Bench& bench, Settings settings, entra::Settings directory)
    : site_(bench, std::move(settings), std::move(directory)),
      arm_(site_),
      ingestion_(site_),
      query_(site_),
      identity_(site_) {
  bench.journal.leave_out_bodies("/streams/");
  Workspace workspace;
  workspace.id = workspace_id(site_.settings);
  workspace.name = site_.settings.workspace;
  workspace.region = site_.settings.region;
  workspace.customer_id = entra::guid_of("workspace " + workspace.id);
  site_.estate.workspaces[lower(workspace.id)] = workspace;
  // Who sets a workspace up owns the subscription; that alone does not let it send (reference 3).
  site_.roles.add({entra::guid_of("first assignment"),
                   "/subscriptions/" + site_.settings.subscription,
                   std::string(find_role("Owner")->id), find_principal(site_, "client")->object_id,
                   "ServicePrincipal", 0});
  site_.directory.assertions().add_federation({find_principal(site_, "client")->client_id});
}

Reply Service::routed(const Request& request, const Firing& firing) {
  // Their paths end like those of a directory.
  if (IdentityEndpoints::owns(request.path)) return identity_.answer(request, firing);
  if (entra::Directory::owns(request.path)) return site_.directory.answer(request, firing);
  if (Ingestion::owns(request.path)) return ingestion_.answer(request, firing);
  if (Query::owns(request.path)) return query_.answer(request, firing);
  if (!Arm::owns(request.path)) {
    return error_reply(404, "PathNotFoundError", "The requested path does not exist");
  }
  if (firing.has("bad-gateway-html")) {
    return html_reply(502, "<html><body><h1>502 Bad Gateway</h1></body></html>");
  }
  if (const auto* code = firing.argument("http-status")) {
    return error_reply(static_cast<int>(number_or(*code, 503)), "ServiceUnavailable",
                       "The service is unavailable.");
  }
  if (const auto* wait = firing.argument("rate-limit")) {
    Reply reply = error_reply(429, "TooManyRequests", "The request was throttled.");
    add_retry_after(wait->empty() ? "2" : *wait, site_.bench.clock.now(), reply);
    return reply;
  }
  Reply reply = arm_.answer(request, firing);
  spoil_wire(firing, reply);
  if (firing.has("lost-answer")) reply.end = BodyEnd::unsent;
  return reply;
}

Reply Service::answer(const Request& request, const Firing& firing) {
  Reply reply = routed(request, firing);
  // Every service names the request (azure reference 10, 16).
  if (!find_header(reply.headers, "x-ms-request-id")) {
    reply.set_header("x-ms-request-id", entra::new_guid());
  }
  const std::string id = request.header("x-ms-client-request-id");
  if (!id.empty()) reply.set_header("x-ms-client-request-id", id);
  if (const auto skew = clock_skew(firing)) {
    reply.set_header("Date", http_date(site_.bench.clock.now() + skew));
  }
  return reply;
}

// reset-upload always; oversize-reset when the length says that the call is too large.
bool Service::cuts_upload(const Request& head) {
  const std::string target = head.target();
  const Firing firing = site_.bench.faults.fire_head(target);
  if (firing.has("reset-upload")) return true;
  return firing.has("oversize-reset") && number_or(head.header("Content-Length"), 0) >
                                             static_cast<std::int64_t>(k_most_on_the_wire);
}

}  // namespace itsmc::sim::azure
