#include "azure/query.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "azure/timespan.hpp"
#include "shared/compress.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

constexpr std::string_view k_prefix = "/v1/workspaces/";
constexpr std::string_view k_suffix = "/query";
constexpr std::string_view k_action = "Microsoft.OperationalInsights/workspaces/query/read";
constexpr std::size_t k_most_rows = 500'000;

// {"error":{"message":..,"code":"BadArgumentError","innererror":{"code":..,"message":..}}}
Reply bad_argument(std::string_view code, std::string_view message) {
  Reply reply = json_reply(
      400, fmt::format(R"({{"error":{{"message":"The request had some invalid properties",)"
                       R"("code":"BadArgumentError","correlationId":"{}","innererror":{{"code":{},)"
                       R"("message":{}}}}}}})",
                       entra::new_guid(), quote_json(code), quote_json(message)));
  reply.content_type = "application/json; charset=utf-8";
  return reply;
}

std::optional<Reply> unknown_caller(Site& site, const Request& request, const Firing& firing,
                                    std::string& caller) {
  // The audience must match to the letter, slash included.
  const std::vector<std::string> audiences{std::string(site.settings.cloud.query)};
  const std::string authorization = request.header("Authorization");
  if (firing.has("expire-token")) site.directory.expire_access();
  if (authorization.empty()) {
    return error_reply(401, "AuthenticationFailed",
                       "Authentication failed. The 'Authorization' header is missing.");
  }
  auto checked = site.directory.check(authorization, audiences);
  if (firing.has("refuse-token")) checked = {std::nullopt, "unknown token"};
  if (checked.claims) {
    caller = checked.claims->object_id;
    return std::nullopt;
  }
  if (checked.reason.starts_with("wrong audience")) {
    return error_reply(403, "InvalidAuthenticationTokenAudience",
                       fmt::format("The access token has been obtained from wrong audience or "
                                   "resource {}. It should exactly match (including forward slash) "
                                   "with one of the allowed audiences '{}'.",
                                   checked.reason.substr(15), audiences[0]));
  }
  // An expired token is 401, so that a client renews it.
  if (checked.reason == "expired token") {
    return error_reply(401, "InvalidTokenError",
                       "The provided authentication is not valid for "
                       "this resource: the token has expired.");
  }
  return error_reply(403, "InvalidAuthenticationToken", "The access token is invalid.");
}

std::string prefer_of(const Request& request) {
  return request.header("Prefer");
}

std::string table_text(const kql::Relation& relation, std::size_t rows) {
  std::string out = R"({"tables":[{"name":"PrimaryResult","columns":[)";
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    out += fmt::format(R"({}{{"name":{},"type":"{}"}})", i > 0 ? "," : "",
                       quote_json(relation.columns[i].name), relation.columns[i].type);
  }
  out += R"(],"rows":[)";
  for (std::size_t i = 0; i < rows; ++i) {
    out += i > 0 ? ",[" : "[";
    for (std::size_t j = 0; j < relation.rows[i].size(); ++j) {
      if (j > 0) out += ',';
      kql::append_json(relation.rows[i][j], out);
    }
    out += ']';
  }
  return out + "]}]";
}

// The recorded shape: fixture query-partial-error-200.json.
std::string partial_error(std::string_view code, std::string_view message) {
  return fmt::format(
      R"(,"error":{{"code":"PartialError","message":"There were some errors when processing your )"
      R"(query.","details":[{{"code":"EngineError","message":"Something went wrong processing your )"
      R"(query on the server.","innererror":{{"code":{},"message":{},"severity":2,)"
      R"("severityName":"Error"}}}}]}})",
      quote_json(code), quote_json(message));
}

// Not in the schema, but in every row.
void add_standard_columns(kql::Relation& rows, std::string_view tenant, std::string_view table) {
  rows.columns.push_back({"TenantId", "guid"});
  rows.columns.push_back({"Type", "string"});
  rows.columns.push_back({"_ResourceId", "string"});
  for (auto& row : rows.rows) {
    row.push_back(kql::Value::of_text(tenant));
    row.push_back(kql::Value::of_text(table));
    row.push_back(kql::Value::of_text(""));
  }
}

// Rows whose TimeGenerated lies in the span.
kql::Relation within(kql::Relation rows, const Timespan& span) {
  const auto at = kql::column_index(rows.columns, "TimeGenerated");
  kql::Relation kept;
  kept.columns = rows.columns;
  kept.held = rows.held;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    const std::int64_t time = rows.rows[i][at].whole / kql::k_ticks_a_ms;
    if (time < span.from_ms || time >= span.until_ms) continue;
    kept.rows.push_back(std::move(rows.rows[i]));
    kept.ingested.push_back(rows.ingested[i]);
  }
  return kept;
}

}  // namespace

bool Query::owns(std::string_view path) {
  return path.starts_with(k_prefix) && path.ends_with(k_suffix);
}

std::optional<kql::Relation> Query::table(const Ask& ask, const std::string& name,
                                          const std::vector<std::string>& wanted,
                                          kql::TextPool& pool) const {
  kql::LoadPlan plan;
  std::string known_as;
  {
    const std::lock_guard lock(site_.estate.mutex);
    auto* workspace = site_.estate.workspace_of(ask.customer_id);
    const auto* table = workspace ? find_table(*workspace, name) : nullptr;
    if (!table || table->name != name) return std::nullopt;
    known_as = table->name;
    for (const auto& column : table->columns) {
      plan.columns.push_back({column.name, column.type == "boolean" ? "bool" : column.type});
    }
  }
  if (!wanted.empty()) {
    std::erase_if(plan.columns, [&](const kql::ColumnInfo& column) {
      return column.name != "TimeGenerated" &&
             std::find(wanted.begin(), wanted.end(), column.name) == wanted.end();
    });
  }
  const auto [late, seconds] = site_.bench.faults.peek("ingestion-delay");
  plan.visible_until_ms = site_.now_ms() - (late ? number_or(seconds, 300) * 1000 : 0);
  kql::Relation rows = kql::load(site_.rows.batches(known_as), plan, pool);
  add_standard_columns(rows, pool.keep(ask.customer_id), pool.keep(known_as));
  const auto span = read_timespan(ask.timespan, site_.now_ms());
  return span ? within(std::move(rows), *span) : std::move(rows);
}

kql::Library Query::library(const Ask& ask, kql::TextPool& pool) const {
  kql::Library out;
  out.table = [this, &ask, &pool](const std::string& name, const std::vector<std::string>& wanted) {
    return table(ask, name, wanted, pool);
  };
  out.function = [this, &ask](const std::string& name) -> std::optional<std::string> {
    const std::lock_guard lock(site_.estate.mutex);
    const auto* workspace = site_.estate.workspace_of(ask.customer_id);
    if (!workspace) return std::nullopt;
    for (const auto& [id, search] : workspace->searches) {
      if (search.properties.value("functionAlias", "") == name) {
        return search.properties.value("query", "");
      }
    }
    return std::nullopt;
  };
  return out;
}

std::optional<Reply> Query::refused(const Request& request, const Firing& firing, const Ask& ask) {
  if (const auto* code = firing.argument("http-status")) {
    return error_reply(static_cast<int>(number_or(*code, 503)), "ServiceUnavailable",
                       "The service is unavailable.");
  }
  if (const auto* wait = firing.argument("rate-limit")) {
    Reply reply = error_reply(429, "ThrottledError", "The request was throttled.");
    add_retry_after(wait->empty() ? "2" : *wait, site_.bench.clock.now(), reply);
    return reply;
  }
  std::string caller;
  if (auto reply = unknown_caller(site_, request, firing, caller)) return reply;
  std::string scope;
  {
    const std::lock_guard lock(site_.estate.mutex);
    const auto* workspace = site_.estate.workspace_of(ask.customer_id);
    if (!workspace) {
      return error_reply(404, "PathNotFoundError", "The requested path does not exist");
    }
    scope = workspace->id;
  }
  if (!firing.has("role-missing") && allowed(site_, caller, k_action, scope)) return std::nullopt;
  return error_reply(
      403, "InsufficientAccessError",
      "The provided credentials have insufficient access to perform the requested operation");
}

Reply Query::run(const Request& request, const Firing& firing, const Ask& ask) {
  const auto parsed = kql::parse(ask.query);
  if (!parsed.problem.empty()) return bad_argument("SyntaxError", parsed.problem);
  kql::TextPool pool;
  kql::Relation rows;
  try {
    rows = kql::run(parsed, library(ask, pool), {site_.now_ms() * kql::k_ticks_a_ms, pool});
  } catch (const kql::Problem& problem) {
    return bad_argument(problem.code, problem.what());
  }
  std::string error;
  std::size_t count = rows.rows.size();
  if (count > k_most_rows) {
    count = k_most_rows;
    error = partial_error("-2133196797",
                          "The results of this query exceed the set limit of 500000 "
                          "records, so not all records were returned "
                          "(E_QUERY_RESULT_SET_TOO_LARGE; see "
                          "https://aka.ms/kustoqueryfailures).");
  }
  if (firing.has("query-partial")) {
    count /= 2;
    error = partial_error("-2133196788",
                          "Query execution has exceeded the allowed limits: Results "
                          "may be incorrect or incomplete (E_OVERFLOW; see "
                          "https://aka.ms/kustoqueryfailures).");
  }
  std::string body = table_text(rows, count);
  const std::string prefer = prefer_of(request);
  if (prefer.find("include-statistics") != std::string::npos) {
    body += fmt::format(R"(,"statistics":{{"query":{{"executionTime":0.0156,"datasetStatistics":)"
                        R"([{{"tableRowCount":{},"tableSize":{}}}]}}}})",
                        count, body.size());
  }
  if (prefer.find("include-render") != std::string::npos) body += R"(,"render":{})";
  Reply reply = json_reply(200, body + error + "}");
  if (accepts_gzip(request)) {
    reply.set_body(gzip(*reply.body, 1));
    reply.set_header("Content-Encoding", "gzip");
  }
  return reply;
}

Reply Query::judged(const Request& request, const Firing& firing) {
  Ask ask;
  ask.customer_id =
      request.path.substr(k_prefix.size(), request.path.size() - k_prefix.size() - k_suffix.size());
  if (auto reply = refused(request, firing, ask)) return *std::move(reply);
  if (firing.has("query-204")) {
    Reply nothing;
    nothing.status = 204;
    return nothing;
  }
  if (firing.has("query-timeout")) {
    Reply reply = json_reply(
        504, fmt::format(R"({{"error":{{"message":"Gateway timeout","code":"GatewayTimeout",)"
                         R"("correlationId":"{}","innererror":{{"code":"GatewayTimeout",)"
                         R"("message":"Unable to unzip response"}}}}}})",
                         entra::new_guid()));
    return reply;
  }
  if (request.method == "GET") {
    ask.query = request.param_or("query", "");
    ask.timespan = request.param_or("timespan", "");
  } else {
    // Without a JSON body or its type: 200 and nothing at all (azure reference 4).
    const bool typed = request.header("Content-Type").find("json") != std::string::npos;
    Reply nothing;
    nothing.content_type.clear();
    if (!typed || request.body.empty() || firing.has("query-empty-200")) return nothing;
    const json body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return bad_argument("MalformedQueryError", "The body is no JSON object");
    const auto text = [&](const char* name) {
      const auto found = body.find(name);
      return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    ask.query = text("query");
    ask.timespan = text("timespan");
  }
  if (ask.query.empty()) return bad_argument("ValueMissingError", "query must not be empty");
  if (!ask.timespan.empty() && !read_timespan(ask.timespan, site_.now_ms())) {
    return bad_argument("ValueError", "timespan '" + ask.timespan + "' cannot be read");
  }
  return run(request, firing, ask);
}

Reply Query::answer(const Request& request, const Firing& firing) {
  Reply reply = judged(request, firing);
  if (reply.content_type.starts_with("application/json")) {
    reply.content_type = "application/json; charset=utf-8";
  }
  const std::string prefer = prefer_of(request);
  if (!prefer.empty()) reply.set_header("Preference-Applied", prefer);
  reply.set_header("Via", "1.1 draft-oms-7f9bc6678d-77sgx");
  reply.set_header("Access-Control-Expose-Headers",
                   "Retry-After,Age,WWW-Authenticate,x-resource-identities,x-ms-status-location");
  if (firing.has("bad-gateway-html")) {
    reply = html_reply(502, "<html><body><h1>502 Bad Gateway</h1></body></html>");
  }
  spoil_wire(firing, reply);
  if (firing.has("lost-answer")) reply.end = BodyEnd::unsent;
  return reply;
}

}  // namespace itsmc::sim::azure
