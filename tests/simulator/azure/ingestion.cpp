#include "azure/ingestion.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "azure/kql_run.hpp"
#include "azure/transform.hpp"
#include "shared/compress.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::azure {
namespace {

constexpr std::string_view k_prefix = "/dataCollectionRules/";
constexpr std::string_view k_streams = "/streams/";
constexpr std::string_view k_custom = "Custom-";
constexpr std::string_view k_action = "Microsoft.Insights/Telemetry/Write";
constexpr std::int64_t k_calls_a_minute = 12'000;
constexpr std::int64_t k_bytes_a_minute = 2'000'000'000;
constexpr std::int64_t k_span_ms = 30 * 60'000;

std::string wire_size(const Request& request) {
  const std::string length = request.header("Content-Length");
  return length.empty() ? std::to_string(request.body.size()) : length;
}

// "The" text of the 413 names the length (azure reference 2.2).
std::optional<Reply> too_large(const Request& request) {
  const std::string length = wire_size(request);
  if (number_or(length, 0) <= static_cast<std::int64_t>(k_most_on_the_wire)) return std::nullopt;
  return error_reply(413, "ContentLengthLimitExceeded",
                     fmt::format("Maximum allowed content length: 1048576 bytes (1 MB). Provided "
                                 "content length: {} bytes.",
                                 length));
}

// 401 bodies of this API were never recorded (reference 11): these words are the simulator's.
std::optional<Reply> unknown_caller(Site& site, const Request& request, const Firing& firing,
                                    std::string& caller) {
  const std::string audience(site.settings.cloud.ingestion);
  const std::vector<std::string> audiences{audience, audience + "/"};
  if (firing.has("expire-token")) site.directory.expire_access();
  auto checked = site.directory.check(request.header("Authorization"), audiences);
  if (firing.has("refuse-token")) checked = {std::nullopt, "unknown token"};
  if (checked.claims) {
    caller = checked.claims->object_id;
    return std::nullopt;
  }
  const bool audience_wrong = checked.reason.starts_with("wrong audience");
  Reply reply = error_reply(
      401, audience_wrong ? "InvalidAudience" : "InvalidToken",
      fmt::format("The authentication token provided is not valid: {}.{}", checked.reason,
                  audience_wrong ? " The audience must be '" + audience + "'." : ""));
  reply.set_header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return reply;
}

bool plain_transform(const std::string& transform) {
  return transform.empty() || transform == "source";
}

// Columns that the stream declares and, when the transformation changes nothing, the table has.
std::vector<Column> passing(const Site& site, const std::vector<Column>& stream,
                            const std::vector<Column>* table) {
  const auto [drop_stream, stream_column] = site.bench.faults.peek("drop-stream-column");
  std::vector<Column> out;
  for (const auto& column : stream) {
    if (drop_stream && column.name == stream_column) continue;
    const auto* known = table ? find_column(*table, column.name) : &column;
    if (known) out.push_back(*known);
  }
  return out;
}

std::vector<Column> table_columns(const Site& site, const Table& table) {
  auto columns = table.columns;
  const auto [on, name] = site.bench.faults.peek("drop-column");
  if (on)
    std::erase_if(columns,
                  [&dropped = name](const Column& column) { return column.name == dropped; });
  return columns;
}

void raise_to(std::atomic<std::int64_t>& most, std::int64_t value) {
  std::int64_t seen = most.load();
  while (seen < value && !most.compare_exchange_weak(seen, value)) {
  }
}

// The body as JSON in `body`, or why it cannot be had.
std::optional<Reply> unpack(const Request& request, std::string& body) {
  const std::string encoding = request.header("Content-Encoding");
  if (encoding.empty() || encoding == "identity") {
    body = request.body;
    return std::nullopt;
  }
  if (encoding != "gzip") {
    return error_reply(415, "UnsupportedMediaType", "Content-Encoding must be gzip.");
  }
  auto unpacked = gunzip(request.body, k_most_unpacked);
  if (unpacked.problem == GunzipProblem::too_large) {
    return error_reply(413, "PayloadSizeLimitExceeded",
                       "The decompressed payload exceeds the limit of 50 MiB.");
  }
  if (unpacked.problem == GunzipProblem::damaged) {
    return error_reply(400, "InvalidPayload", "The gzip body cannot be decompressed.");
  }
  body = std::move(unpacked.bytes);
  return std::nullopt;
}

Reply accepted() {
  Reply reply;
  reply.status = 204;
  return reply;
}

}  // namespace

bool Ingestion::owns(std::string_view path) {
  return path.starts_with(k_prefix) && path.find(k_streams) != std::string_view::npos;
}

Ingestion::Target Ingestion::target_of(std::string_view path) const {
  Target target;
  path.remove_prefix(k_prefix.size());
  const auto slash = path.find(k_streams);
  target.immutable_id = path.substr(0, slash);
  target.stream = path.substr(slash + k_streams.size());
  const std::lock_guard lock(site_.estate.mutex);
  const auto* rule = site_.estate.rule_of(target.immutable_id);
  if (!rule) return target;
  target.found = true;
  target.rule_id = rule->id;
  const auto stream = rule->streams.find(target.stream);
  if (stream == rule->streams.end()) return target;
  target.stream_found = true;
  const auto flow = std::find_if(rule->flows.begin(), rule->flows.end(), [&](const DataFlow& one) {
    return std::find(one.streams.begin(), one.streams.end(), target.stream) != one.streams.end();
  });
  // A stream without a flow, a lost workspace or table: accepted and gone.
  if (flow == rule->flows.end() || flow->destinations.empty()) return target;
  const auto destination = rule->destinations.find(flow->destinations[0]);
  if (destination == rule->destinations.end()) return target;
  auto* workspace = site_.estate.workspace(destination->second);
  const auto& output = flow->output_stream;
  if (!workspace || !output.starts_with(k_custom)) return target;
  const auto* table = find_table(*workspace, output.substr(k_custom.size()));
  if (!table) return target;
  target.table = table->name;
  target.transform = flow->transform;
  target.auxiliary = table->plan == "Auxiliary";
  const auto columns = table_columns(site_, *table);
  const bool plain = plain_transform(flow->transform);
  target.stream_plan.columns = passing(site_, stream->second, plain ? &columns : nullptr);
  target.stream_plan.time = plain ? TimeRule::rewritten : TimeRule::as_sent;
  target.stream_plan.nested = target.auxiliary ? NestedRule::refused : NestedRule::as_text;
  target.stream_plan.count_only = site_.settings.drop_rows && plain;
  target.table_plan.columns = columns;
  return target;
}

std::optional<Reply> Ingestion::limited(const Request& request, const Firing& firing) {
  if (const auto* wait = firing.argument("rate-limit")) {
    Reply reply = error_reply(429, "TooManyRequests", "The data collection rule is throttled.");
    add_retry_after(wait->empty() ? "2" : *wait, site_.bench.clock.now(), reply);
    return reply;
  }
  if (!site_.bench.faults.peek("real-limits").first) return std::nullopt;
  const std::lock_guard lock(window_mutex_);
  const std::int64_t now = site_.bench.clock.steady_ms();
  if (window_start_ms_ == 0 || now - window_start_ms_ >= 60'000) {
    window_start_ms_ = now;
    window_calls_ = window_bytes_ = 0;
  }
  ++window_calls_;
  window_bytes_ += static_cast<std::int64_t>(request.body.size());
  if (window_calls_ <= k_calls_a_minute && window_bytes_ <= k_bytes_a_minute) return std::nullopt;
  Reply reply = error_reply(429, "TooManyRequests", "The data collection rule is throttled.");
  reply.set_header("Retry-After", std::to_string((60'000 - (now - window_start_ms_)) / 1000 + 1));
  return reply;
}

std::optional<Reply> Ingestion::refused(const Request& request, const Firing& firing,
                                        const Target& target) {
  if (const auto* code = firing.argument("http-status")) {
    return error_reply(static_cast<int>(number_or(*code, 503)), "ServiceUnavailable",
                       "The service is unavailable.");
  }
  if (auto reply = limited(request, firing)) return reply;
  if (auto reply = too_large(request)) return reply;
  std::string caller;
  if (auto reply = unknown_caller(site_, request, firing, caller)) return reply;
  // The key may come percent-encoded: parameters are decoded already (reference 2.1).
  if (request.param_or("api-version", "").size() < 10) {
    return error_reply(400, "InvalidApiVersion", "The api-version query parameter is required.");
  }
  if (!target.found) {
    return error_reply(
        404, "NotFound",
        fmt::format("Data collection rule with immutable Id '{}' not found.", target.immutable_id));
  }
  if (firing.has("role-missing") || !data_allowed(site_, caller, k_action, target.rule_id)) {
    return error_reply(
        403, "OperationFailed",
        fmt::format("The authentication token provided does not have access to ingest data for "
                    "the data collection rule with immutable Id '{0}' PipelineAccessResult: "
                    "AccessGranted: False, IsRbacPresent: False, IsDcrDceBindingValid: , DcrArmId: "
                    "{1}, Message: Required authorization action was not found for tenantId {2} "
                    "objectId {3} on resourceId {1} ConfigurationId: {0}..",
                    target.immutable_id, target.rule_id, site_.directory.settings().tenant_id,
                    caller));
  }
  if (!target.stream_found) {
    return error_reply(400, "InvalidStream",
                       fmt::format("Stream '{}' was not found in the data collection rule with "
                                   "immutable Id '{}'.",
                                   target.stream, target.immutable_id));
  }
  if (request.header("Content-Type").find("application/json") == std::string::npos) {
    return error_reply(415, "UnsupportedMediaType", "Content-Type must be application/json.");
  }
  return std::nullopt;
}

Intake Ingestion::transformed(const Target& target, const Intake& sent) const {
  const auto made =
      transform_rows(target.transform, target.stream_plan.columns, sent.batch, site_.now_ms());
  if (!made.problem.empty()) {
    Intake out;
    out.malformed = made.problem;
    return out;
  }
  Intake out =
      take_in({made.json.data(), made.json.size() - k_padding}, target.table_plan, site_.now_ms());
  out.not_objects += sent.not_objects;
  out.cut_values += sent.cut_values;
  out.dropped_values += sent.dropped_values;
  return out;
}

Reply Ingestion::store(const Target& target, Intake intake) {
  counters_.rows += static_cast<std::int64_t>(intake.rows);
  if (intake.rows == 0) ++counters_.empty_batches;
  counters_.not_objects += static_cast<std::int64_t>(intake.not_objects);
  counters_.dropped_values += static_cast<std::int64_t>(intake.dropped_values);
  counters_.cut_values += static_cast<std::int64_t>(intake.cut_values);
  counters_.rewritten_times += static_cast<std::int64_t>(intake.rewritten_times);
  if (!target.table.empty() && !site_.settings.drop_rows && !intake.batch.ends.empty()) {
    intake.batch.text.reserve(intake.batch.text.size() + k_padding);
    site_.rows.add(target.table, std::move(intake.batch));
  }
  return accepted();
}

Reply Ingestion::take(const Request& request, const Firing& firing, const Target& target) {
  std::string body;
  if (auto reply = unpack(request, body)) return *std::move(reply);
  const std::size_t size = body.size();
  if (const auto* text = firing.argument("refuse-row");
      text && body.find(*text) != std::string::npos) {
    return error_reply(400, "InvalidPayload", "The payload holds a record that cannot be read.");
  }
  body.resize(size + k_padding);
  const std::string_view json(body.data(), size);
  const auto first = json.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && json[first] != '[') ++counters_.not_arrays;
  Intake intake = take_in(json, target.stream_plan, site_.now_ms());
  if (intake.malformed.empty() && !plain_transform(target.transform)) {
    intake = transformed(target, intake);
  }
  if (!intake.malformed.empty()) {
    return error_reply(400, "InvalidPayload", "malformed JSON: " + intake.malformed);
  }
  const bool spread = target.auxiliary && plain_transform(target.transform) &&
                      intake.latest_ms - intake.earliest_ms > k_span_ms;
  if (spread) {
    return error_reply(400, "RecordsTimeRangeIsMoreThan30Minutes",
                       "The time duration between DataEndTime and DataStartTime should be within "
                       "the range of 0 to 30 minutes.");
  }
  ++counters_.batches;
  counters_.bytes += static_cast<std::int64_t>(request.body.size());
  counters_.unpacked_bytes += static_cast<std::int64_t>(size);
  raise_to(counters_.largest_unpacked, static_cast<std::int64_t>(size));
  return store(target, std::move(intake));
}

Reply Ingestion::judged(const Request& request, const Firing& firing) {
  if (firing.has("bad-gateway-html")) {
    return html_reply(502, "<html><body><h1>502 Bad Gateway</h1></body></html>");
  }
  if (request.method != "POST") return error_reply(405, "MethodNotAllowed", "Use POST.");
  const Target target = target_of(request.path);
  if (auto reply = refused(request, firing, target)) return *std::move(reply);
  return take(request, firing, target);
}

Reply Ingestion::answer(const Request& request, const Firing& firing) {
  raise_to(counters_.most_in_flight, ++counters_.in_flight);
  const std::shared_ptr<void> held(nullptr, [this](void*) { --counters_.in_flight; });
  Reply reply = judged(request, firing);
  if (reply.status >= 300) ++counters_.refused;
  reply.held = held;
  reply.set_header("Server", "Microsoft-HTTPAPI/2.0");
  reply.set_header("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload");
  reply.set_header("X-Content-Type-Options", "nosniff");
  spoil_wire(firing, reply);
  if (firing.has("lost-answer")) reply.end = BodyEnd::unsent;
  return reply;
}

std::string Ingestion::counters_json() const {
  const auto& c = counters_;
  return fmt::format(
      R"({{"batches":{},"empty_batches":{},"rows":{},"bytes":{},"unpacked_bytes":{},)"
      R"("largest_unpacked":{},"refused":{},"not_arrays":{},"not_objects":{},"dropped_values":{},)"
      R"("cut_values":{},"rewritten_times":{},"in_flight":{},"most_in_flight":{}}})",
      c.batches.load(), c.empty_batches.load(), c.rows.load(), c.bytes.load(),
      c.unpacked_bytes.load(), c.largest_unpacked.load(), c.refused.load(), c.not_arrays.load(),
      c.not_objects.load(), c.dropped_values.load(), c.cut_values.load(), c.rewritten_times.load(),
      c.in_flight.load(), c.most_in_flight.load());
}

void Ingestion::clear_counters() {
  for (auto* counter :
       {&counters_.batches, &counters_.empty_batches, &counters_.rows, &counters_.bytes,
        &counters_.unpacked_bytes, &counters_.largest_unpacked, &counters_.refused,
        &counters_.not_arrays, &counters_.not_objects, &counters_.dropped_values,
        &counters_.cut_values, &counters_.rewritten_times, &counters_.most_in_flight}) {
    *counter = 0;
  }
}

}  // namespace itsmc::sim::azure
