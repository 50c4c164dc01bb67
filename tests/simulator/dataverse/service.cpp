#include "dataverse/service.hpp"

#include <mutex>

#include <fmt/format.h>

#include "dataverse/answers.hpp"
#include "dataverse/fill.hpp"
#include "shared/compress.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::string_view k_api = "/api/data/";

// Counts a request in and out of the limits.
class Place {
 public:
  Place(Limits& limits, std::int64_t now_ms) : limits_(limits), refusal_(limits.enter(now_ms)) {}
  ~Place() { limits_.leave(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::optional<Reply>& refusal() { return refusal_; }

 private:
  Limits& limits_;
  std::optional<Reply> refusal_;
};

std::vector<std::string> audiences_of(const Request& request) {
  // With and without the trailing slash (reference 2.2).
  return {request.origin(), request.origin() + "/"};
}

// WWW-Authenticate: Bearer authorization_uri=.., resource_id=..  (reference 2.3, not confirmed)
Reply challenge(const Site& site, const Request& request, const Firing& firing) {
  Reply reply;
  reply.status = 401;
  reply.content_type = "text/html";
  if (firing.has("no-challenge")) return reply;
  reply.set_header(
      "WWW-Authenticate",
      fmt::format("Bearer authorization_uri={0}/{1}/oauth2/authorize, resource_id={0}/",
                  request.origin(), site.directory.settings().tenant_id));
  return reply;
}

std::optional<Reply> limited(const Site& site, const Firing& firing) {
  const auto answered = [&](const char* name, Reply reply) -> std::optional<Reply> {
    const auto* wait = firing.argument(name);
    if (!wait) return std::nullopt;
    add_retry_after(wait->empty() ? "2" : *wait, site.bench.clock.now(), reply);
    return reply;
  };
  if (auto reply = answered("rate-limit", too_many_requests())) return reply;
  if (auto reply = answered("limit-time", too_much_time())) return reply;
  return answered("limit-concurrent", too_many_at_once());
}

std::optional<Reply> instead(const Firing& firing) {
  if (firing.has("bad-gateway-html")) {
    return html_reply(502,
                      "<html><head><title>502 Bad Gateway</title></head><body><h1>502 - Web "
                      "server received an invalid response</h1></body></html>");
  }
  if (firing.has("sign-in-html")) {
    return html_reply(200,
                      "<!DOCTYPE html><html><head><title>Sign in to your account</title>"
                      "</head><body></body></html>");
  }
  if (const auto* status = firing.argument("http-status")) {
    return error_reply(
        {static_cast<int>(number_or(*status, 500)), "", "An unexpected error occurred."});
  }
  return std::nullopt;
}

void refuse_user(const Firing& firing, const Guid& user) {
  if (firing.has("not-a-member")) {
    throw Refusal(403, "0x80072560", "The user is not a member of the organization.");
  }
  if (firing.has("user-disabled")) {
    throw Refusal(403, "0x80040225",
                  fmt::format("The specified user(Id = {}) is disabled. Consider enabling this "
                              "user.",
                              user.text()));
  }
}

// "incidents(7eb6..)/ownerid": set, key, rest. Brackets in quotes do not count.
Address address_of(std::string_view path) {
  Address address;
  const auto end = path.find_first_of("(/");
  address.set = path.substr(0, end);
  if (end == std::string_view::npos) return address;
  path.remove_prefix(end);
  if (path.front() == '(') {
    bool quoted = false;
    std::size_t close = 1;
    for (; close < path.size(); ++close) {
      if (path[close] == '\'') quoted = !quoted;
      if (path[close] == ')' && !quoted) break;
    }
    address.key = std::string(path.substr(1, std::min(close, path.size()) - 1));
    path.remove_prefix(std::min(close + 1, path.size()));
  }
  if (path.starts_with('/')) address.rest = path.substr(1);
  return address;
}

void truncate(const Firing& firing, Reply& reply) {
  const auto* percent = firing.argument("truncated-json-200");
  if (!percent || reply.status != 200 || !reply.body) return;
  std::string text = *reply.body;
  text.resize(text.size() * static_cast<std::size_t>(number_or(*percent, 60)) / 100);
  reply.set_body(std::move(text));
}

void add_headers(const Site& site, const Request& request, Reply& reply) {
  reply.set_header("OData-Version", "4.0");
  reply.set_header("Cache-Control", "no-cache");
  reply.set_header("REQ_ID", entra::new_guid());
  reply.set_header("x-ms-service-request-id", entra::new_guid());
  reply.set_header("x-ms-ratelimit-burst-remaining-xrm-requests",
                   std::to_string(site.limits.remaining()));
  reply.set_header("x-ms-ratelimit-time-remaining-xrm-requests", "1199.50");
  const std::string applied = preferences_of(request).applied();
  if (reply.status < 300 && !applied.empty()) reply.set_header("Preference-Applied", applied);
  const bool described =
      reply.status >= 400 && reply.body && reply.content_type.starts_with("application/json");
  if (described && preferences_of(request).annotations == "*") annotate_error(reply);
}

}  // namespace

Service::Service(Bench& bench, Settings settings) : site_(bench, std::move(settings)) {
  const std::unique_lock lock(site_.organisation.lock);
  add_base_rows(site_);
}

void Service::fill_generated(std::uint64_t incidents, std::uint64_t seed) {
  const auto items = generate_items({incidents, seed, site_.bench.clock.now_ms()});
  const std::unique_lock lock(site_.organisation.lock);
  add_items(site_, items);
}

void Service::fill_from_items(const std::string& file) {
  const auto items = read_items(file);
  const std::unique_lock lock(site_.organisation.lock);
  add_items(site_, items);
}

Reply Service::answer(const Request& request, const Firing& firing) {
  Reply reply = route(request, firing);
  truncate(firing, reply);
  spoil_wire(firing, reply);
  return reply;
}

Reply Service::route(const Request& request, const Firing& firing) {
  if (firing.has("bad-gateway-html")) return *instead(firing);
  if (entra::Directory::owns(request.path)) return site_.directory.answer(request, firing);
  if (request.path.starts_with(k_api)) {
    Reply reply = api(request, firing);
    add_headers(site_, request, reply);
    return reply;
  }
  Reply reply = html_reply(302, "");
  reply.set_header("Location", request.origin() + "/" + site_.directory.settings().tenant_id +
                                   "/oauth2/authorize");
  return reply;
}

Reply Service::api(const Request& request, const Firing& firing) {
  if (auto reply = instead(firing)) return *std::move(reply);
  if (firing.has("expire-token")) site_.directory.expire_access();
  const auto checked =
      site_.directory.check(request.header("Authorization"), audiences_of(request));
  if (!checked.claims || firing.has("refuse-token")) return challenge(site_, request, firing);
  Place place(site_.limits, site_.bench.clock.steady_ms());
  if (place.refusal()) return *std::move(place.refusal());
  if (auto reply = limited(site_, firing)) return *std::move(reply);
  std::string_view path = request.path;
  path.remove_prefix(k_api.size());
  const auto slash = std::min(path.find('/'), path.size());
  const std::string version(path.substr(0, slash));
  path.remove_prefix(std::min(slash + 1, path.size()));
  const bool old = firing.has("only-v9.0");
  if (version != "v9.0" && (old || (version != "v9.1" && version != "v9.2"))) {
    return html_reply(404, "<html><head><title>404</title></head><body>Not Found</body></html>");
  }
  const Call call{request, firing, preferences_of(request),
                  request.origin() + std::string(k_api) + version + "/", site_.user};
  try {
    // An application's own token stands for no user of the organisation.
    if (checked.claims->user.empty()) {
      throw Refusal(403, "0x80072560", "The user is not a member of the organization.");
    }
    refuse_user(firing, site_.user);
    return signed_in(call, path);
  } catch (const Refusal& refusal) {
    return error_reply(refusal);
  }
}

Reply Service::signed_in(const Call& call, std::string_view path) {
  const auto& method = call.request.method;
  const bool reads = method == "GET" || method == "HEAD";
  if (reads) {
    if (auto reply = call_function(site_, call, path)) return *std::move(reply);
    if (auto reply = read_metadata(site_, call, path)) return *std::move(reply);
    return read_rows(site_, call, address_of(path));
  }
  if (method == "POST" && path == "CloseIncident") return close_incident(site_, call);
  return write_row(site_, call, address_of(path));
}

std::optional<Reply> Service::control(const std::string& what, const Request& request) {
  if (auto reply = site_.directory.control(what, request)) return reply;
  try {
    return control_rows(site_, what, request);
  } catch (const std::runtime_error& error) {
    return json_reply(400, fmt::format(R"({{"error":{}}})", quote_json(error.what())));
  }
}

}  // namespace itsmc::sim::dataverse
