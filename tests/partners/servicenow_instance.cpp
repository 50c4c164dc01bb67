#include "partners/servicenow_instance.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include <fmt/format.h>
#include <libdeflate.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow.hpp"
#include "partners/servicenow_table.hpp"

namespace itsmc::test {
namespace {

using nlohmann::json;

constexpr const char* k_url = "https://acme.service-now.com";

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

void read_params(std::string_view text, std::map<std::string, std::string>& params) {
  for (const std::string& part : split(text, '&')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) continue;
    params[decoded(part.substr(0, equals))] = decoded(part.substr(equals + 1));
  }
}

SnowRequest understood(const http::Request& request) {
  SnowRequest seen;
  seen.method = request.method;
  seen.headers = request.headers;
  const std::string rest = request.url.substr(std::string(k_url).size());
  const std::size_t mark = rest.find('?');
  seen.path = rest.substr(0, mark);
  if (mark != std::string::npos) read_params(rest.substr(mark + 1), seen.params);
  if (request.method == "POST") read_params(request.body, seen.params);
  return seen;
}

std::string http_date(Timestamp time) {
  static constexpr const char* k_days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* k_months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format(
      "{}, {:02} {} {} {:02}:{:02}:{:02} GMT", k_days[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), k_months[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

const char* const k_unauthenticated =
    R"({"error":{"message":"User is not authenticated","detail":"Required to provide Auth )"
    R"(information"},"status":"failure"})";
const char* const k_denied =
    R"({"error":{"message":"Operation Failed","detail":"ACL Exception Read Failed due to )"
    R"(security constraints"},"status":"failure"})";

class TwinTransport : public http::Transport {
 public:
  explicit TwinTransport(SnowInstance& instance) : instance_(instance) {}
  http::Exchange send(const http::Request& request, std::stop_token) override {
    return instance_.serve(request);
  }
  http::Inspection inspect(const std::string&, std::stop_token) override { return {}; }

 private:
  SnowInstance& instance_;
};

}  // namespace

std::string SnowRequest::param(const std::string& name) const {
  const auto found = params.find(name);
  return found == params.end() ? std::string() : found->second;
}

std::string gzip(std::string_view text) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(1), &libdeflate_free_compressor);
  std::string packed(libdeflate_gzip_compress_bound(compressor.get(), text.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), packed.data(),
                                         packed.size()));
  return packed;
}

std::string snow_time(Timestamp time) {
  std::string text = format_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

SnowInstance::SnowInstance(FakeClock& clock) : clock_(clock) {
  count_header = [](std::int64_t count) { return std::to_string(count); };
}

void SnowInstance::put(const std::string& table, const SnowRow& row) {
  const std::scoped_lock hold(mutex_);
  Table& target = tables_[table];
  const auto [entry, first] = target.place.try_emplace(row.at("sys_id"), target.rows.size());
  if (first) {
    target.rows.push_back(row);
  } else {
    target.rows[entry->second] = row;
  }
  target.hidden.erase(row.at("sys_id"));
}

void SnowInstance::remove(const std::string& table, const std::string& sys_id) {
  const std::scoped_lock hold(mutex_);
  Table& target = tables_[table];
  std::erase_if(target.rows, [&](const SnowRow& row) { return row.at("sys_id") == sys_id; });
  target.place.clear();
  for (std::size_t i = 0; i < target.rows.size(); ++i) {
    target.place[target.rows[i].at("sys_id")] = i;
  }
}

void SnowInstance::hide(const std::string& table, const std::string& sys_id) {
  const std::scoped_lock hold(mutex_);
  tables_[table].hidden.insert(sys_id);
}

void SnowInstance::omit(const std::string& sys_id, const std::string& field) {
  const std::scoped_lock hold(mutex_);
  omitted_[sys_id].insert(field);
}

void SnowInstance::kill_token() {
  const std::scoped_lock hold(mutex_);
  ++token_number_;
}

std::function<std::unique_ptr<http::Transport>()> SnowInstance::transports() {
  return [this] { return std::make_unique<TwinTransport>(*this); };
}

std::vector<SnowRequest> SnowInstance::journal() const {
  const std::scoped_lock hold(mutex_);
  return journal_;
}

http::Exchange SnowInstance::answer(int status, const std::string& body,
                                    std::vector<http::Header> more) const {
  http::Response response;
  response.status = status;
  response.headers = {{"Server", "snow_adc"},
                      {"Content-Type", "application/json;charset=UTF-8"},
                      {"Date", http_date(clock_.now())},
                      {"X-Transaction-ID", "794a9c84c331"},
                      {"Set-Cookie", "JSESSIONID=0123"}};
  response.headers.insert(response.headers.end(), more.begin(), more.end());
  response.body = compresses ? gzip(body) : body;
  if (compresses) response.headers.emplace_back("Content-Encoding", "gzip");
  return {response, {}};
}

http::Exchange SnowInstance::serve(const http::Request& request) {
  const SnowRequest seen = understood(request);
  {
    const std::scoped_lock hold(mutex_);
    journal_.push_back(seen);
  }
  const auto script = intercept;  // a copy: it may put another in its place
  if (script) {
    if (auto instead = script(seen)) return *instead;
  }
  constexpr std::string_view k_table_path = "/api/now/table/";
  if (seen.path == "/oauth_token.do") return token(seen);
  if (!authorised(seen)) return answer(401, k_unauthenticated);
  if (seen.path.rfind(k_table_path, 0) != 0) {
    return answer(400, R"({"error":{"message":"Requested URI does not represent any resource",)"
                       R"("detail":null},"status":"failure"})");
  }
  const std::string table = seen.path.substr(k_table_path.size());
  http::Exchange page = list(table, seen);
  if (after_page && (table == "incident" || table == "change_request")) after_page(++pages_);
  return page;
}

bool SnowInstance::authorised(const SnowRequest& request) const {
  const std::scoped_lock hold(mutex_);
  const std::string wanted = fmt::format("Bearer access-{}", token_number_);
  return !guest_token && std::any_of(request.headers.begin(), request.headers.end(),
                                     [&wanted](const http::Header& header) {
                                       return header.first == "Authorization" &&
                                              header.second == wanted;
                                     });
}

http::Exchange SnowInstance::token(const SnowRequest& request) {
  const std::scoped_lock hold(mutex_);
  const bool client =
      request.param("client_id") == "client" && request.param("client_secret") == "s3cret&+";
  const bool user = request.param("grant_type") == "refresh_token"
                        ? request.param("refresh_token") == "refresh-1"
                    : request.param("grant_type") == "client_credentials"
                        ? true
                        : request.param("username") == "itsmc" && request.param("password") == "p%";
  if (!client || !user) {
    return answer(401, R"({"error_description":"access_denied","error":"server_error"})");
  }
  return answer(200, fmt::format(R"({{"access_token":"access-{}","refresh_token":"refresh-1",)"
                                 R"("scope":"useraccount","token_type":"Bearer",)"
                                 R"("expires_in":1799}})",
                                 token_number_));
}

http::Exchange SnowInstance::list(const std::string& table, const SnowRequest& request) {
  const std::scoped_lock hold(mutex_);
  if (refused_tables.count(table) != 0) return answer(403, k_denied);
  const Table& from = tables_[table];
  const auto chosen =
      select_rows(from.rows, ignores_filters ? std::string() : request.param("sysparm_query"));
  const std::string limit_text = request.param("sysparm_limit");
  std::size_t limit = limit_text.empty() ? 10000 : std::stoul(limit_text);
  limit += static_cast<std::size_t>(std::exchange(more_rows, 0));
  const std::string offset_text = request.param("sysparm_offset");
  const std::size_t offset = offset_text.empty() ? 0 : std::stoul(offset_text);
  const std::vector<std::string> fields = split(request.param("sysparm_fields"), ',');
  if (std::exchange(withholds_page, false)) limit = 0;
  json rows = json::array();
  for (std::size_t i = offset; i < chosen.size() && i < offset + limit; ++i) {
    const SnowRow& row = *chosen[i];
    if (from.hidden.count(row.at("sys_id")) != 0) continue;  // after the limit
    const auto omitted = omitted_.find(row.at("sys_id"));
    json shown = json::object();
    for (const auto& [field, value] : row) {
      const bool asked = std::find(fields.begin(), fields.end(), field) != fields.end();
      const bool kept = omitted == omitted_.end() || omitted->second.count(field) == 0;
      if (asked && kept) shown[field] = value;
    }
    rows.push_back(std::move(shown));
  }
  std::vector<http::Header> more;
  if (request.param("sysparm_no_count") != "true") {
    const auto count = count_header(static_cast<std::int64_t>(chosen.size()));
    if (count) more.emplace_back("X-Total-Count", *count);
  }
  return answer(200, json{{"result", std::move(rows)}}.dump(), std::move(more));
}

SnowWorld::SnowWorld(WorkItemType type) : type_(type) {
  connection.name = "prod";
  connection.url = k_url;
  connection.username = "itsmc";
  connection.client_id = "client";
}

std::string SnowWorld::table() const {
  return type_ == WorkItemType::incident ? "incident" : "change_request";
}

std::string SnowWorld::id(int n) const {
  return fmt::format("{:04x}{:028x}", n * 6, 0xabc);
}

void SnowWorld::put(const TruthRow& row) {
  instance_.put(table(), {{"sys_id", row.id},
                          {"number", "INC" + row.id.substr(0, 4)},
                          {"short_description", row.title},
                          {"active", "true"},
                          {"state", "2"},
                          {"sys_updated_on", snow_time(row.updated)}});
  if (row.hidden) instance_.hide(table(), row.id);
}

void SnowWorld::remove(const std::string& id) {
  instance_.remove(table(), id);
}

void SnowWorld::order(Fault fault) {
  if (fault == Fault::expire_token) return instance_.kill_token();
  if (fault == Fault::oversized_page) {
    instance_.more_rows = 30;
    return;
  }
  if (fault == Fault::empty_page) {
    instance_.withholds_page = true;
    return;
  }
  instance_.intercept = [this, fault](const SnowRequest& request) -> std::optional<http::Exchange> {
    if (request.path == "/oauth_token.do") return std::nullopt;
    instance_.intercept = nullptr;
    http::Response response;
    response.headers = {{"Content-Type", "application/json;charset=UTF-8"},
                        {"Date", http_date(clock_.now())}};
    switch (fault) {
      case Fault::refuse_token:
        instance_.kill_token();
        response.status = 401;
        response.body = k_unauthenticated;
        return http::Exchange{response, {}};
      case Fault::throttle_seconds:
      case Fault::throttle_date:
        response.status = 429;
        response.headers.emplace_back("Retry-After",
                                      fault == Fault::throttle_seconds
                                          ? "7"
                                          : http_date(clock_.now() + std::chrono::seconds(9)));
        response.body = R"({"error":{"message":"Rate limit exceeded","detail":"Rate limit of )"
                        R"(100 requests per hour for Table API exceeded"},"status":"failure"})";
        return http::Exchange{response, {}};
      default:
        return http::Exchange{{}, {http::FailureCause::cut, "the connection was cut", true}};
    }
  };
}

void SnowWorld::after_page(std::function<void(int)> callback) {
  instance_.after_page = std::move(callback);
}

http::Wire SnowWorld::wire() {
  return {instance_.transports(), clock_, tokens, log.log(), [] { return 0.5; }};
}

std::unique_ptr<partners::Partner> SnowWorld::open(int max_page_size) {
  partners::Credentials credentials;
  credentials.client_secret = Secret("s3cret&+");
  credentials.password = [] { return Secret("p%"); };
  partners::PartnerOptions options;
  options.max_page_size = max_page_size;
  return partners::servicenow::open(connection, credentials, wire(), options);
}

}  // namespace itsmc::test
