#include "servicenow/faulty.hpp"

#include <mutex>

#include <fmt/format.h>

#include "servicenow/answers.hpp"
#include "servicenow/changes.hpp"
#include "shared/compress.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::string_view k_cancelled = "Transaction cancelled: maximum execution time exceeded";

Reply redirect(std::string location) {
  Reply reply = html_reply(302, "");
  reply.set_header("Location", std::move(location));
  return reply;
}

Reply rate_limited(const std::string* ruled, const std::string* bare, std::int64_t now) {
  if (!ruled) {
    Reply reply = error_reply(429, "Too many requests", "Semaphore pool and its queue are full");
    add_retry_after(*bare, now, reply);
    return reply;
  }
  Reply reply = error_reply(429, "Rate limit exceeded",
                            "Rate limit of 100 requests per hour for Table API exceeded");
  reply.set_header("X-RateLimit-Limit", "100");
  reply.set_header("X-RateLimit-Reset", std::to_string((now / 3600 + 1) * 3600));
  reply.set_header("X-RateLimit-Rule", "8b3f0d2adb2b33004b1d7e1dca9619f2");
  add_retry_after(ruled->empty() ? "2" : *ruled, now, reply);
  return reply;
}

std::optional<Reply> not_the_api(const Site& site, const Firing& firing) {
  if (firing.has("hibernating")) return html_reply(200, hibernating_page());
  if (firing.has("hibernating-302")) {
    return redirect("https://developer.servicenow.com/dev.do#!/home?wu=true");
  }
  if (firing.has("sso-302")) {
    return redirect("https://" + site.settings.foreign_name +
                    "/login_with_sso.do?glide_sso_id=00000000000000000000000000000000");
  }
  if (firing.has("login-html")) return html_reply(200, login_page());
  if (firing.has("maintenance-503")) return html_reply(503, maintenance_page());
  if (firing.has("bad-gateway-html")) return html_reply(502, bad_gateway_page());
  return std::nullopt;
}

std::optional<Reply> empty_answer(const Request& request, const Firing& firing) {
  if (firing.has("empty-body-200")) {
    Reply reply = html_reply(200, "");
    reply.set_header("Content-Security-Policy", "frame-ancestors 'self'");
    return reply;
  }
  const auto* accepted = firing.argument("accepted-202");
  if (!accepted) return std::nullopt;
  const bool session = request.header("Cookie").find("JSESSIONID") != std::string::npos;
  if (!session && *accepted != "always") return std::nullopt;
  Reply reply;
  reply.status = 202;
  reply.content_type.clear();
  return reply;
}

void spoil_text(const Firing& firing, Reply& reply) {
  if (!reply.body || reply.status != 200) return;
  std::string text = *reply.body;
  if (firing.has("error-key-200") && text.ends_with("]}")) {
    text.pop_back();
    text += R"(,"error":{"message":")" + std::string(k_cancelled) +
            R"(","detail":"maximum execution time exceeded Check logs for error trace"},)"
            R"("status":"failure"})";
  }
  if (const auto* percent = firing.argument("truncated-json-200")) {
    const auto kept = static_cast<std::size_t>(number_or(*percent, 60));
    text.resize(text.size() * std::min<std::size_t>(kept, 99) / 100);
  }
  reply.set_body(std::move(text));
}

void pack_again(const Request& request, const Firing& firing, Reply& reply) {
  if (!accepts_gzip(request) || firing.has("no-gzip")) return;
  reply.set_body(gzip(*reply.body, 1));
  reply.set_header("Content-Encoding", "gzip");
}

// version=TAG: the tag that sys_properties holds from now on.
void set_version(Instance& instance, const std::string& tag) {
  Table& table = *instance.table("sys_properties");
  for (const char* name : {"glide.buildtag", "glide.buildtag.last"}) {
    const auto found = table.find(key_for("sys_properties", name));
    if (found) table.edit(*found).set(table.schema().at("value"), tag);
  }
}

}  // namespace

std::optional<Reply> fault_before(const Site& site, const Request& request, const Firing& firing) {
  if (auto reply = not_the_api(site, firing)) return reply;
  if (auto reply = empty_answer(request, firing)) return reply;
  const auto* ruled = firing.argument("rate-limit");
  const auto* bare = firing.argument("rate-limit-bare");
  if (ruled || bare) return rate_limited(ruled, bare, site.bench.clock.now());
  if (firing.has("quota-500")) return error_reply(500, k_cancelled, std::nullopt);
  if (const auto* status = firing.argument("http-status")) {
    return error_reply(static_cast<int>(number_or(*status, 500)), "Request failed", std::nullopt);
  }
  return std::nullopt;
}

void fault_after(const Request& request, const Firing& firing, Reply& reply) {
  if (firing.has("truncated-json-200") || firing.has("error-key-200")) {
    spoil_text(firing, reply);
    if (reply.body && reply.status == 200) pack_again(request, firing, reply);
  }
  spoil_wire(firing, reply);
}

void disturb(Site& site, const Call& call) {
  const auto* late = call.firing.argument("late-commit");
  const auto* updates = call.firing.argument("update-between-pages");
  const auto* odd_id = call.firing.argument("non-hex-sys-id");
  const auto* tag = call.firing.argument("version");
  if (!late && !updates && !odd_id && !tag) return;
  const std::int64_t now = site.bench.clock.now();
  const std::unique_lock lock(site.instance.lock);
  const auto seed = site.instance.revision();
  const std::string table = call.table == "task" ? "incident" : call.table;
  if (late) create_rows(site.instance, {table, 1, now - number_or(*late, 60), seed});
  if (updates) {
    touch_rows(site.instance,
               {table, static_cast<std::uint64_t>(number_or(*updates, 1)), now, seed});
  }
  if (odd_id)
    ensure_row(site.instance, table, Key(odd_id->empty() ? "global" : *odd_id), now - 3600);
  if (tag) set_version(site.instance, *tag);
}

}  // namespace itsmc::sim::servicenow
