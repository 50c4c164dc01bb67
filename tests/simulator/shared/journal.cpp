#include "shared/journal.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "shared/clock.hpp"

namespace itsmc::sim {
namespace {

std::string masked_body(const Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return {};
  if (request.header("Content-Type").find("form-urlencoded") == std::string::npos) {
    return request.body.substr(0, 65536);
  }
  std::string out;
  for (const auto& [name, value] : parse_query(request.body)) {
    const bool shown = name == "grant_type" || name == "scope";
    out += (out.empty() ? "" : "&") + name + "=" + (shown ? value : "***");
  }
  return out;
}

std::string authorization_scheme(const Request& request) {
  const std::string value = request.header("Authorization");
  return value.empty() ? "" : value.substr(0, value.find(' ')) + " ***";
}

JournalEntry entry_of(const Request& request, const Reply& reply) {
  JournalEntry entry;
  entry.method = request.method;
  entry.target = request.target();
  entry.status = reply.status;
  entry.bytes = reply.body_size();
  for (const auto& [name, value] : request.headers) {
    entry.header_names += (entry.header_names.empty() ? "" : ",") + name;
  }
  entry.authorization = authorization_scheme(request);
  return entry;
}

std::string entry_json(const JournalEntry& entry) {
  return fmt::format(R"({{"at_ms":{},"method":{},"target":{},"status":{},"bytes":{},"headers":{},)"
                     R"("authorization":{},"body":{},"faults":{}}})",
                     entry.at_ms, quote_json(entry.method), quote_json(entry.target), entry.status,
                     entry.bytes, quote_json(entry.header_names), quote_json(entry.authorization),
                     quote_json(entry.body), quote_json(entry.faults));
}

}  // namespace

Journal::Journal() : started_ms_(steady_milliseconds()) {}

void Journal::begin() {
  const std::lock_guard lock(mutex_);
  most_in_flight_ = std::max(most_in_flight_, ++in_flight_);
}

void Journal::end(const Request& request, const Reply& reply, std::string faults) {
  JournalEntry entry = entry_of(request, reply);
  entry.faults = std::move(faults);
  if (keeps_body(request.path)) entry.body = masked_body(request);
  const std::lock_guard lock(mutex_);
  entry.at_ms = steady_milliseconds() - started_ms_;
  --in_flight_;
  ++requests_;
  bytes_ += static_cast<std::int64_t>(entry.bytes);
  ++by_path_[entry.method + " " + request.path][entry.status];
  entries_.push_back(std::move(entry));
  if (entries_.size() > k_kept) entries_.pop_front();
}

void Journal::leave_out_bodies(std::string path_part) {
  const std::lock_guard lock(mutex_);
  without_bodies_ = std::move(path_part);
}

bool Journal::keeps_body(std::string_view path) const {
  const std::lock_guard lock(mutex_);
  return without_bodies_.empty() || path.find(without_bodies_) == std::string_view::npos;
}

void Journal::count(const std::string& name) {
  const std::lock_guard lock(mutex_);
  ++named_[name];
}

void Journal::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  by_path_.clear();
  named_.clear();
  requests_ = bytes_ = 0;
  most_in_flight_ = in_flight_;
}

std::string Journal::counters_json() const {
  const std::lock_guard lock(mutex_);
  nlohmann::json paths = nlohmann::json::object();
  for (const auto& [path, statuses] : by_path_) {
    for (const auto& [status, count] : statuses) paths[path][std::to_string(status)] = count;
  }
  nlohmann::json out = {{"requests", requests_},
                        {"bytes", bytes_},
                        {"in_flight", in_flight_},
                        {"most_in_flight", most_in_flight_},
                        {"paths", paths}};
  for (const auto& [name, count] : named_) out[name] = count;
  if (!out.contains("tokens_issued")) out["tokens_issued"] = 0;
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Journal::write(const Sink& sink) const {
  std::deque<JournalEntry> entries;
  {
    const std::lock_guard lock(mutex_);
    entries = entries_;
  }
  for (const auto& entry : entries)
    if (!sink(entry_json(entry) + "\n")) return;
}

}  // namespace itsmc::sim
