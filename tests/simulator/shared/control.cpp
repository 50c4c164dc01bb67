#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "shared/product.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim {
namespace {

constexpr std::string_view k_prefix = "/__control/";

std::string faults_json(const Faults& faults) {
  nlohmann::json on = nlohmann::json::array();
  for (const auto& rule : faults.rules()) {
    on.push_back({{"name", rule.name},
                  {"arg", rule.argument},
                  {"path", rule.path},
                  {"after", rule.after},
                  {"count", rule.count},
                  {"seen", rule.seen},
                  {"applied", rule.applied}});
  }
  return nlohmann::json{{"faults", on}}.dump();
}

Reply set_fault(Faults& faults, const Request& request) {
  FaultRule rule;
  rule.name = request.param_or("name", "");
  rule.argument = request.param_or("arg", "");
  rule.path = request.param_or("path", "");
  rule.after = number_or(request.param_or("after", "0"), 0);
  rule.count = number_or(request.param_or("count", "0"), 0);
  if (!faults.set(rule)) {
    return json_reply(400, R"({"error":"unknown fault )" + rule.name + R"("})");
  }
  return json_reply(200, faults_json(faults));
}

Reply clear_faults(Faults& faults, const Request& request) {
  const auto* name = request.param("name");
  name ? faults.clear(*name) : faults.clear();
  return json_reply(200, faults_json(faults));
}

Reply journal_reply(const Journal& journal) {
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.stream = [&journal](const Sink& sink) { journal.write(sink); };
  return reply;
}

Reply clock_reply(const Product& product, const InstanceClock& clock) {
  const auto now = clock.now();
  return json_reply(200, fmt::format(R"({{"now":"{}","epoch":{},"offset":{}{}}})", utc_text(now),
                                     now, clock.offset(), product.clock_members()));
}

}  // namespace

Reply Front::answer(const Request& request) {
  if (request.path.starts_with(k_prefix)) return control_answer(request);
  bench_.journal.begin();
  return product_answer(request);
}

Reply Front::product_answer(const Request& request) {
  const Firing firing = bench_.faults.fire(request.target());
  Reply reply;
  try {
    reply = product_.answer(request, firing);
  } catch (const std::exception& error) {
    reply = json_reply(500, R"({"error":{"message":"simulator: )" + std::string(error.what()) +
                                R"(","detail":null},"status":"failure"})");
  }
  if (!find_header(reply.headers, "Date")) {
    reply.set_header("Date", http_date(bench_.clock.now() + clock_skew(firing)));
  }
  // A request is in flight while it waits for its answer: counted so.
  std::this_thread::sleep_for(std::chrono::milliseconds(bench_.latency_ms.load()));
  bench_.journal.end(request, reply, firing.text());
  return reply;
}

Reply Front::control_answer(const Request& request) {
  const std::string what = request.path.substr(k_prefix.size());
  if (what == "clock") return clock_reply(product_, bench_.clock);
  if (what == "faults") return json_reply(200, faults_json(bench_.faults));
  if (what == "fault") return set_fault(bench_.faults, request);
  if (what == "faults/clear") return clear_faults(bench_.faults, request);
  if (what == "counters") return json_reply(200, bench_.journal.counters_json());
  if (what == "journal") return journal_reply(bench_.journal);
  if (what == "journal/clear") {
    bench_.journal.clear();
    return json_reply(200, R"({"cleared":true})");
  }
  if (what == "latency") {
    bench_.latency_ms = number_or(request.param_or("ms", "0"), 0);
    return json_reply(200, fmt::format(R"({{"latency_ms":{}}})", bench_.latency_ms.load()));
  }
  if (auto reply = product_.control(what, request)) return *std::move(reply);
  return json_reply(404, R"({"error":"no such control"})");
}

}  // namespace itsmc::sim
