#include "cherwell/faulty.hpp"

#include <algorithm>
#include <mutex>

#include "cherwell/answers.hpp"
#include "cherwell/changes.hpp"
#include "cherwell/search_answer.hpp"
#include "shared/compress.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::cherwell {
namespace {

Reply failed_with(const Firing& firing, const std::string& argument) {
  const auto colon = std::min(argument.find(':'), argument.size());
  const std::string code = colon < argument.size() ? argument.substr(colon + 1) : "GENERALFAILURE";
  const int status = static_cast<int>(number_or(argument, 500));
  return refused(dialect_of(firing), Refusal(status, code, "The operation failed"));
}

}  // namespace

std::optional<Reply> fault_before(const Site& site, const Firing& firing) {
  if (firing.has("bad-gateway-html")) return html_reply(502, bad_gateway_page());
  if (firing.has("maintenance-503")) return html_reply(503, maintenance_page());
  if (firing.has("html-200")) return html_reply(200, proxy_login_page());
  if (firing.has("empty-body-200")) return json_reply(200, "");
  if (const auto* status = firing.argument("html-status")) {
    return html_reply(static_cast<int>(number_or(*status, 500)), maintenance_page());
  }
  if (const auto* wait = firing.argument("rate-limit")) {
    Reply reply = html_reply(429, maintenance_page());
    add_retry_after(wait->empty() ? "2" : *wait, site.bench.clock.now(), reply);
    return reply;
  }
  if (const auto* status = firing.argument("http-status")) return failed_with(firing, *status);
  return std::nullopt;
}

void fault_after(const Site& site, const Request& request, const Firing& firing, Reply& reply) {
  const auto* percent = firing.argument("truncated-json-200");
  if (percent && reply.body && reply.status == 200) {
    const auto kept = static_cast<std::size_t>(number_or(*percent, 60));
    reply.set_body(
        reply.body->substr(0, reply.body->size() * std::min<std::size_t>(kept, 99) / 100));
  }
  const bool packs = firing.has("gzip") && reply.body_size() > 0 && accepts_gzip(request);
  if (packs) {
    reply.set_body(gzip(*reply.body, site.gzip_level));
    reply.set_header("Content-Encoding", "gzip");
  }
  spoil_wire(firing, reply);
}

void disturb(Site& site, const Call& call, TypeNumber type) {
  const auto* late = call.firing.argument("late-commit");
  const auto* updates = call.firing.argument("update-between-pages");
  const auto incidents = site.blueprint.by_name("Incident");
  const auto changes = site.blueprint.by_name("ChangeRequest");
  const bool work_items = type == incidents || type == changes;
  if ((!late && !updates) || !work_items) return;
  const std::unique_lock lock(site.lock);
  const std::int64_t now_ms = site.bench.clock.now_ms();
  ChangeOrder order{type == incidents ? ItemType::incident : ItemType::change_request, 1, now_ms,
                    site.table(type).revision()};
  if (updates) {
    order.count = static_cast<std::uint64_t>(number_or(*updates, 1));
    touch_rows(site, order);
  }
  if (late) {
    order.count = 1;
    order.at_ms = now_ms - number_or(*late, 60) * 1000;
    create_rows(site, order);
  }
}

}  // namespace itsmc::sim::cherwell
