#include "servicenow/service.hpp"

#include <mutex>

#include <fmt/format.h>

#include "servicenow/answers.hpp"
#include "servicenow/faulty.hpp"
#include "servicenow/generate.hpp"
#include "servicenow/states.hpp"
#include "shared/compress.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::servicenow {
namespace {

// The log knows minutes only: once it stands at a minute, the instance's now is this far into it,
// so that the updates of that minute lie behind a client's usual lag and the next are to come.
constexpr std::int64_t k_settle = 45;

// Cuts the first segment off "table/incident/id".
std::string take_segment(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  std::string segment(path.substr(0, end));
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

Reply table_call(Site& site, const Call& call) {
  const auto& method = call.request.method;
  const bool reads = method == "GET" || method == "HEAD";
  if (call.id.empty()) {
    if (reads) return list_records(site, call);
    if (method == "POST") return create_record(site, call);
  } else {
    if (reads) return get_record(site, call);
    if (method == "PATCH" || method == "PUT") return update_record(site, call);
    if (method == "DELETE") return delete_record(site, call);
  }
  return error_reply(405, "Method not supported", std::nullopt);
}

// The APIs of scoped applications and of plug-ins.
Reply other_api(Site& site, const Call& call, std::string_view path) {
  constexpr std::string_view k_changes = "/api/sn_chg_rest/";
  if (path == "/api/global/em/jsonv2" && !call.firing.has("no-event-management")) {
    return take_events(site, call);
  }
  if (!path.starts_with(k_changes) || call.firing.has("no-change-api")) return no_resource();
  path.remove_prefix(k_changes.size());
  if (path.starts_with("v1/")) path.remove_prefix(3);
  if (take_segment(path) != "change") return no_resource();
  return change_api(site, call, path);
}

bool is_switched_off(const Call& call) {
  return call.table.starts_with("em_") && call.firing.has("no-event-management");
}

bool wants_json(const Request& request) {
  const std::string accept = request.header("Accept");
  return accept.empty() || accept.find("json") != std::string::npos ||
         accept.find("*/*") != std::string::npos;
}

}  // namespace

Reply Service::answer(const Request& request, const Firing& firing) {
  Reply reply;
  if (auto instead = fault_before(site_, request, firing))
    reply = *std::move(instead);
  else
    reply = route(request, firing);
  add_product_headers(request, site_.bench.clock.now() + clock_skew(firing), reply);
  fault_after(request, firing, reply);
  return reply;
}

Reply Service::route(const Request& request, const Firing& firing) {
  if (request.path == "/oauth_token.do") {
    return request.method == "POST" ? site_.oauth.token(request, firing)
                                    : json_reply(405, R"({"error":"method_not_allowed"})");
  }
  if (request.path == "/oauth_revoke_token.do") return site_.oauth.revoke(request);
  if (request.path.starts_with("/api/")) return api(request, firing);
  return html_reply(200, login_page());  // any page of the user interface
}

Reply Service::api(const Request& request, const Firing& firing) {
  const auto session = site_.oauth.session(request, firing);
  if (!session) return not_authenticated();
  if (!wants_json(request)) return error_reply(406, "Not acceptable", std::nullopt);
  constexpr std::string_view k_now = "/api/now/";
  std::string_view path = request.path;
  Call call{request, firing, *session, "", "", ""};
  if (!path.starts_with(k_now)) return other_api(site_, call, path);
  path.remove_prefix(k_now.size());
  if (path.starts_with("v1/") || path.starts_with("v2/")) call.version = take_segment(path);
  const std::string what = take_segment(path);
  if (what == "identifyreconcile") return identify(site_, call, path);
  if (what == "attachment") return attachments(site_, call, path);
  call.table = take_segment(path);
  call.id = take_segment(path);
  if (call.table.empty() || !path.empty()) return no_resource();
  if (what == "table" && is_switched_off(call)) return invalid_table(call.table);
  if (what == "table") return table_call(site_, call);
  if (what == "stats" && request.method == "GET" && call.id.empty()) return aggregate(site_, call);
  return no_resource();
}

void Service::add_states() {
  Table& table = *site_.instance.table("sys_choice");
  const std::int64_t now = site_.bench.clock.now() - 400L * 86400;
  for (const auto& state : k_current_states) {
    for (const char* element : {"state", "incident_state"}) {
      site_.instance.add_choice("incident", element, state.value, state.label);
      const std::string seed = fmt::format("incident.{}.{}.en", element, state.value);
      RowMaker maker(table.schema(), key_for("sys_choice", seed), now);
      maker.set("name", "incident").set("element", element).set("value", state.value);
      maker.set("label", state.label);
      table.insert(std::move(maker.row));
    }
  }
}

void Service::fill_empty() {
  const std::unique_lock lock(site_.instance.lock);
  add_base_rows(site_.instance, site_.settings.credentials, site_.bench.clock.now());
  add_states();
  add_dictionary(site_.instance, site_.bench.clock.now());
  site_.instance.settle();
}

void Service::fill_generated(std::uint64_t incidents, std::uint64_t seed) {
  fill_empty();
  const std::unique_lock lock(site_.instance.lock);
  generate_rows(site_.instance, {incidents, seed, site_.bench.clock.now()});
}

void Service::fill_from_log(const std::string& file, std::int64_t at) {
  std::string text = read_xz_file(file);
  const std::unique_lock lock(site_.instance.lock);
  const std::int64_t now = site_.bench.clock.now();
  add_base_rows(site_.instance, site_.settings.credentials, now);
  add_dictionary(site_.instance, now);
  // Whole minutes, so that the log's times keep second :00; the clock takes up the rest, which is
  // half a minute at most.
  const std::int64_t shift = (now - at - k_settle + 30) / 60 * 60;
  site_.bench.clock.advance(at + shift + k_settle - now);
  log_ = std::make_unique<LogReplay>(site_.instance, std::move(text), shift);
  log_->advance_to(at);
}

std::string Service::clock_members() const {
  if (!log_) return {};
  return fmt::format(R"(,"log_time":"{}","shift":{})", utc_text(log_->position()), log_->shift());
}

// advance?to=2016-06-20 00:00 (log time) or advance?seconds=N.
Reply Service::advance(const Request& request) {
  const std::unique_lock lock(site_.instance.lock);
  std::size_t applied = 0;
  const auto* to = request.param("to");
  const auto log_time = to ? parse_utc(*to) : std::nullopt;
  if (to && (!log_ || !log_time)) {
    return json_reply(400, R"({"error":"to= needs --log and a time of it"})");
  }
  if (log_time) {
    applied = log_->advance_to(*log_time);
    site_.bench.clock.advance_to(*log_time + log_->shift() + k_settle);
  } else {
    const auto seconds = number_or(request.param_or("seconds", "0"), 0);
    site_.bench.clock.advance(seconds);
    if (log_) applied = log_->advance_to(log_->position() + seconds);
  }
  return json_reply(200, fmt::format(R"({{"now":"{}","applied":{}{}}})",
                                     utc_text(site_.bench.clock.now()), applied, clock_members()));
}

std::optional<Reply> Service::control(const std::string& what, const Request& request) {
  if (what == "advance") return advance(request);
  if (what == "truth") return truth_reply(site_, request);
  if (auto reply = intake_reply(site_, what, request)) return reply;
  if (auto reply = token_reply(site_, what, request)) return reply;
  return change_reply(site_, what, request);
}

}  // namespace itsmc::sim::servicenow
