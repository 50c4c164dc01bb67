#include <mutex>

#include <fmt/format.h>

#include "scsm/answers.hpp"
#include "scsm/changes.hpp"
#include "scsm/site.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::scsm {
namespace {

std::optional<Reply> app_service_page(const Firing& firing) {
  if (firing.has("site-stopped")) return html_reply(403, stopped_page());
  if (firing.has("cold-start")) return html_reply(503, cold_start_page());
  if (firing.has("bad-gateway-html")) return html_reply(502, bad_gateway_page());
  if (firing.has("empty-body-200")) return json_reply(200, "");
  return std::nullopt;
}

// Fixture our-contract.error-502.response.json.
std::optional<Reply> management_server_error(const Firing& firing) {
  if (firing.has("sdk-unavailable")) {
    return error_reply(
        502, "sdkUnavailable",
        "The Service Manager management server sm01.contoso.local:5724 cannot be reached.");
  }
  if (firing.has("sdk-timeout")) {
    return error_reply(504, "sdkTimeout",
                       "The Service Manager management server did not answer within 30 seconds.");
  }
  if (firing.has("internal-error")) return error_reply(500, "internal", "An error has occurred.");
  return std::nullopt;
}

std::optional<Reply> framework_error(const Firing& firing) {
  if (firing.has("aspnet-500")) return exception_reply();
  if (firing.has("api-version-required")) return version_error();
  const auto* field = firing.argument("aspnet-model-state");
  if (!field) return std::nullopt;
  const std::string name = field->empty() ? "query.$top" : *field;
  return model_error(name, "The value is not valid for " + name + ".");
}

// The app as Microsoft published it: one readable route, pages, Swagger (scsm reference 2).
std::optional<Reply> microsoft_answer(const Request& request) {
  if (request.path == "/") return html_reply(200, home_page(request.origin()));
  if (request.path == "/swagger/docs/v1") {
    return json_reply(200, swagger_json(request.header("Host")));
  }
  if (request.path == "/api/configtest" && request.method == "POST") return config_test(request);
  if (entra::Directory::owns(request.path)) return std::nullopt;
  return no_route(request);
}

}  // namespace

std::optional<Reply> fault_before(Site& site, const Request& request, const Firing& firing) {
  if (auto reply = app_service_page(firing)) return reply;
  if (firing.has("microsoft-web-app")) {
    if (auto reply = microsoft_answer(request)) return reply;
  }
  if (firing.has("expire-token")) site.directory.expire_access();
  if (firing.has("expire-token") || firing.has("refuse-token") || firing.has("api-401-always")) {
    return unauthorized();
  }
  if (const auto* wait = firing.argument("rate-limit")) {
    Reply reply = error_reply(429, "tooManyRequests", "Too many requests.");
    add_retry_after(wait->empty() ? "2" : *wait, site.bench.clock.now(), reply);
    return reply;
  }
  if (const auto* status = firing.argument("http-status")) {
    return error_reply(static_cast<int>(number_or(*status, 500)), "error", "Request failed.");
  }
  if (auto reply = management_server_error(firing)) return reply;
  return framework_error(firing);
}

View view_of(const Site& site, const Firing& firing) {
  View view;
  if (firing.has("localised")) view.language = Language::german;
  if (firing.has("deleted-cis")) view.deleted = site.group.find_config_item(k_deleted_item);
  return view;
}

bool may_read(const Firing& firing, ItemType type) {
  const auto* word = firing.argument("no-read");
  if (!word || word->empty()) return word == nullptr;
  return (*word == "incident") != (type == ItemType::incident);
}

void disturb(Site& site, const Firing& firing, ItemType type) {
  const auto* late = firing.argument("late-commit");
  const auto* updates = firing.argument("update-between-pages");
  if (!late && !updates) return;
  const std::unique_lock lock(site.group.lock);
  ChangeOrder order{type, 1, site.bench.clock.now_ms(), site.group.revision()};
  if (late) {
    ChangeOrder created = order;
    created.at_ms -= 1000 * number_or(*late, 60);
    create_rows(site.group, created);
  }
  if (updates) {
    order.count = static_cast<std::uint64_t>(number_or(*updates, 1));
    touch_rows(site.group, order);
  }
}

}  // namespace itsmc::sim::scsm
