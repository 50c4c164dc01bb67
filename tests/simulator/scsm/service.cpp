#include "scsm/service.hpp"

#include <mutex>

#include <fmt/format.h>

#include "scsm/answers.hpp"
#include "scsm/changes.hpp"
#include "scsm/query.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::scsm {
namespace {

constexpr std::string_view k_contract = "itsmc-scsm/1";

Reply wrong_method() {
  Reply reply =
      error_reply(405, "methodNotAllowed", "The requested resource does not support this method.");
  reply.set_header("Allow", "GET");
  return reply;
}

bool asks_for_external_id(const Request& request) {
  return request.param_or("$filter", "").starts_with("externalId ");
}

std::string last_segment(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

Service::Service(Bench& bench, const Settings& settings) : site_(bench, settings) {
  add_base(site_.group);
}

Reply Service::answer(const Request& request, const Firing& firing) {
  Reply reply;
  if (auto instead = fault_before(site_, request, firing)) {
    reply = *std::move(instead);
  } else if (entra::Directory::owns(request.path)) {
    return site_.directory.answer(request, firing);
  } else {
    reply = route(request, firing);
  }
  const std::string id = request.header("x-request-id");
  if (!id.empty()) reply.set_header("x-request-id", id);
  reply.set_header("Server", "Microsoft-IIS/10.0");
  reply.set_header("X-Powered-By", "ASP.NET");
  spoil_wire(firing, reply);
  return reply;
}

std::optional<std::string> Service::caller(const Request& request, const Firing& firing) {
  const bool open =
      firing.has("anonymous") || (firing.has("anonymous-info") && request.path.ends_with("/info"));
  std::vector<std::string> audiences{request.origin(), "https://" + site_.settings.site_name};
  if (firing.has("audience-slash")) {
    for (auto& audience : audiences) audience += '/';
  }
  if (const auto* other = firing.argument("audience")) audiences = {*other};
  const auto checked = site_.directory.check(request.header("Authorization"), audiences);
  if (checked.claims) return checked.claims->client;
  return open ? std::optional(std::string()) : std::nullopt;
}

Reply Service::route(const Request& request, const Firing& firing) {
  const std::string& path = request.path;
  if (!path.starts_with(k_base) || path.size() <= k_base.size() || path[k_base.size()] != '/') {
    return path.starts_with("/api/") ? no_route(request)
                                     : html_reply(404, "<html><body><h1>404</h1></body></html>");
  }
  const auto client = caller(request, firing);
  if (!client) return unauthorized();
  return signed_in({request, firing, *client}, path.substr(k_base.size()));
}

Reply Service::signed_in(const Call& call, const std::string& path) {
  const bool reads = call.request.method == "GET";
  const bool old = call.firing.has("old-gateway");
  if (call.request.method == "POST") {
    if (path == "/incidents") return create_incident(site_, call);
    if (path == "/configitems") return create_config_item(site_, call);
    const bool comment = path.starts_with("/workitems/") && path.ends_with("/comments");
    if (!comment || old) return wrong_method();
    return add_comment(site_, call, path.substr(11, path.size() - 11 - 9));
  }
  if (call.request.method == "PATCH" && path.starts_with("/workitems/") && !old) {
    return change_work_item(site_, call, last_segment(path));
  }
  if (!reads) return wrong_method();
  if (path == "/info") return show_info(site_, call);
  if (path == "/me") return show_me(call);
  if (path == "/incidents" && asks_for_external_id(call.request) && !old) {
    return find_by_external_id(site_, call);
  }
  if (path == "/templates" && !old) return list_templates();
  if (path.starts_with("/configitems/") && !old) {
    return show_config_item(site_, call, last_segment(path));
  }
  if (path == "/incidents") return list_work_items(site_, call, ItemType::incident);
  if (path == "/changerequests") return list_work_items(site_, call, ItemType::change_request);
  if (path == "/configitems") return list_config_items(site_, call);
  if (path.starts_with("/workitems/")) return get_work_item(site_, call, last_segment(path));
  if (path.starts_with("/enumerations/")) return show_list(site_, call, last_segment(path));
  return error_reply(404, "notFound", "There is no such resource.");
}

Reply show_info(Site& site, const Call& call) {
  const auto* other = call.firing.argument("contract");
  const auto* most = call.firing.argument("page-smaller");
  const std::int64_t now = site.bench.clock.now_ms() + 1000 * clock_skew(call.firing);
  return json_reply(
      200, fmt::format(R"({{"contract":{},"product":"System Center Service Manager",)"
                       R"("productVersion":"7.5.7487.0","managementGroup":"SM_CONTOSO",)"
                       R"("serverTimeUtc":"{}","maxPageSize":{}{}}})",
                       quote_json(other ? *other : std::string(k_contract)), rfc3339_text(now),
                       most ? number_or(*most, 50) : k_most_top,
                       call.firing.has("old-gateway")
                           ? ""
                           : R"(,"features":["externalId","changes","templates"])"));
}

Reply show_me(const Call& call) {
  const std::string who =
      fmt::format(R"("account":"CONTOSO\\svc-itsmc","displayName":"ITSMC service","clientId":{})",
                  quote_json(call.client));
  if (call.firing.has("no-roles")) return json_reply(200, "{" + who + "}");
  const Firing& firing = call.firing;
  const bool writes = !firing.has("no-write");
  return json_reply(200, fmt::format(R"({{{},"userRoles":[{{"name":"{}","profile":"{}"}}],"can":)"
                                     R"({{"readIncident":{},"readChange":{},"createIncident":{},)"
                                     R"("createConfigItem":{}}}}})",
                                     who, writes ? "Advanced Operators" : "Read-Only Operators",
                                     writes ? "AdvancedOperator" : "ReadOnlyOperator",
                                     may_read(firing, ItemType::incident),
                                     may_read(firing, ItemType::change_request), writes,
                                     !firing.has("no-ci-write")));
}

std::optional<Reply> Service::control(const std::string& what, const Request& request) {
  if (auto reply = site_.directory.control(what, request)) return reply;
  if (auto reply = intake_control(site_, what, request)) return reply;
  return control_reply(site_, what, request);
}

void Service::fill_generated(std::uint64_t incidents, std::uint64_t seed) {
  const std::unique_lock lock(site_.group.lock);
  add_generated(site_.group, generate_items({incidents, seed, site_.bench.clock.now_ms()}));
}

void Service::fill_from_items(const std::string& file) {
  const std::unique_lock lock(site_.group.lock);
  add_items(site_.group, read_items(file));
}

}  // namespace itsmc::sim::scsm
