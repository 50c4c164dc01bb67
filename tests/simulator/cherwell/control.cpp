#include <mutex>

#include <fmt/format.h>

#include "cherwell/changes.hpp"
#include "cherwell/intake_control.hpp"
#include "cherwell/service.hpp"
#include "cherwell/truth.hpp"

namespace itsmc::sim::cherwell {
namespace {

Reply done() {
  return json_reply(200, R"({"done":true})");
}

std::optional<std::int64_t> seconds_of(const Request& request, std::string_view name) {
  const auto* text = request.param(name);
  return text ? std::optional(number_or(*text, 0)) : std::nullopt;
}

std::optional<Reply> token_reply(Site& site, const std::string& what, const Request& request) {
  if (what == "tokens/expire") {
    site.sign_in.expire_access();
    if (request.param_or("refresh", "") == "1") site.sign_in.expire_refresh();
    return done();
  }
  if (what == "tokens") {
    site.sign_in.set_lifetimes(seconds_of(request, "expires_in"),
                               seconds_of(request, "refresh_expires_in"));
    if (const auto licences = seconds_of(request, "licences")) site.sign_in.set_licences(*licences);
    return done();
  }
  if (what == "licences") return json_reply(200, site.sign_in.licences_json());
  return std::nullopt;
}

std::optional<Reply> row_reply(Site& site, const std::string& what, const Request& request) {
  const std::int64_t now_ms = site.bench.clock.now_ms();
  const std::unique_lock lock(site.lock);
  if (what == "put") {
    put_row(site, put_order(request, now_ms));
    return done();
  }
  if (what == "remove") {
    const bool found = remove_row(site, type_order(request), id_order(request));
    return found ? done() : json_reply(404, R"({"error":"no such row"})");
  }
  if (what == "touch") return ids_reply(touch_rows(site, change_order(request, now_ms)));
  if (what == "create") return ids_reply(create_rows(site, change_order(request, now_ms)));
  if (what == "delete") return ids_reply(delete_rows(site, change_order(request, now_ms)));
  return std::nullopt;
}

Reply advance(Site& site, const Request& request) {
  site.bench.clock.advance(seconds_of(request, "seconds").value_or(0));
  return json_reply(200, fmt::format(R"({{"now":"{}"}})", utc_text(site.bench.clock.now())));
}

}  // namespace

std::optional<Reply> control_reply(Site& site, const std::string& what, const Request& request) {
  try {
    if (what == "advance") return advance(site, request);
    if (what == "truth") {
      const auto since = parse_utc(request.param_or("since", "")).value_or(INT64_MIN);
      return truth_reply(site, type_order(request), since);
    }
    if (auto reply = token_reply(site, what, request)) return reply;
    if (auto reply = intake_reply(site, what, request)) return reply;
    return row_reply(site, what, request);
  } catch (const std::exception& error) {
    return json_reply(400, R"({"error":)" + quote_json(error.what()) + "}");
  }
}

}  // namespace itsmc::sim::cherwell
