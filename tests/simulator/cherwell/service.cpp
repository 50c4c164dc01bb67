#include "cherwell/service.hpp"

#include <array>

#include "cherwell/answers.hpp"
#include "cherwell/faulty.hpp"
#include "cherwell/fill.hpp"
#include "cherwell/routes.hpp"

namespace itsmc::sim::cherwell {
namespace {

// Hosted and normal installs, and what the vendor's old samples use (cherwell reference 1).
constexpr std::array<std::string_view, 2> k_bases{"/CherwellAPI", "/Trebuchet.WebApi"};

std::optional<std::string_view> below(std::string_view path, std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  if (!same_text(path.substr(0, base.size()), base)) return std::nullopt;
  path.remove_prefix(base.size());
  if (!path.starts_with('/')) return std::nullopt;
  return path.substr(1);
}

std::optional<std::string_view> below_base(std::string_view path, const Firing& firing) {
  if (const auto* base = firing.argument("base-path")) return below(path, *base);
  for (const auto base : k_bases)
    if (const auto rest = below(path, base)) return rest;
  return std::nullopt;
}

// A chunked body has no length; neither has a write that announces none.
bool lacks_length(const Request& request) {
  if (request.method != "POST" && request.method != "PUT") return false;
  return !request.header("Transfer-Encoding").empty() || request.header("Content-Length").empty();
}

// ?locale= decides, then setculture, then the instance.
Culture culture_for(const Request& request, const Session& session, const Dialect& dialect) {
  const auto named = culture_of(request.param_or("locale", ""));
  return named ? *named : session.culture.value_or(dialect.csm_culture);
}

}  // namespace

Service::Service(Bench& bench, Credentials credentials, int gzip_level, std::size_t cache_bytes)
    : site_(bench, std::move(credentials), cache_bytes) {
  site_.gzip_level = gzip_level;
  add_base_rows(site_);
}

void Service::fill_generated(std::uint64_t incidents, std::uint64_t seed) {
  add_generated(site_, generate_items({incidents, seed, site_.bench.clock.now_ms()}));
}

void Service::fill_from_items(const std::vector<Item>& items) {
  add_items(site_, items);
}

Reply Service::answer(const Request& request, const Firing& firing) {
  auto instead = fault_before(site_, firing);
  Reply reply = instead ? *std::move(instead) : route(request, firing);
  reply.set_header("Server", "Microsoft-IIS/10.0");
  reply.set_header("Cache-Control", "no-cache");
  fault_after(site_, request, firing, reply);
  return reply;
}

Reply Service::route(const Request& request, const Firing& firing) {
  const auto path = below_base(request.path, firing);
  if (!path) return html_reply(404, maintenance_page());
  if (lacks_length(request)) return length_required();
  if (same_text(*path, "token")) {
    return request.method == "POST" ? site_.sign_in.token(request, firing, site_.bench.clock.now())
                                    : no_resource(request);
  }
  constexpr std::string_view k_api = "api/";
  if (!same_text(path->substr(0, k_api.size()), k_api)) return no_resource(request);
  return api(request, firing, path->substr(k_api.size()));
}

Reply Service::api(const Request& request, const Firing& firing, std::string_view path) {
  Path parts = parse_path(path);
  const Handler handler = find_handler(request.method, parts);
  const bool open = parts.name == "serviceinfo";
  const auto session = open ? Session{} : site_.sign_in.session(request, firing);
  if (!session) return not_authorized();
  if (!handler) return no_resource(request);
  Dialect dialect = dialect_of(firing);
  dialect.culture = culture_for(request, *session, dialect);
  const Call call{request,
                  firing,
                  *session,
                  dialect,
                  BlueprintView(site_.blueprint, site_.bench.faults),
                  std::move(parts.release),
                  std::move(parts.arguments)};
  try {
    return handler(site_, call);
  } catch (const Refusal& refusal) {
    return refused(call.dialect, refusal);
  }
}

std::optional<Reply> Service::control(const std::string& what, const Request& request) {
  return control_reply(site_, what, request);
}

}  // namespace itsmc::sim::cherwell
