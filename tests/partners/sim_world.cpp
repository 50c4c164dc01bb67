#include "partners/sim_world.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace itsmc::test {
namespace {

constexpr std::string_view k_control = "/__control/";

/// "https://acme.example/a/b?c=d" in its parts; no host when it is no such url.
struct UrlParts {
  std::string scheme, host, path = "/", query;
};

UrlParts parts_of(std::string_view url) {
  UrlParts parts;
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return parts;
  parts.scheme = url.substr(0, colon);
  url.remove_prefix(colon + 3);
  const std::size_t end = std::min(url.find_first_of("/?"), url.size());
  parts.host = url.substr(0, end);
  url.remove_prefix(end);
  const std::size_t mark = std::min(url.find('?'), url.size());
  if (mark > 0) parts.path = url.substr(0, mark);
  if (mark < url.size()) parts.query = url.substr(mark + 1);
  return parts;
}

/// In a path '+' is itself.
std::string decoded_path(std::string path) {
  std::string kept;
  for (const char c : path) kept += c == '+' ? std::string("%2B") : std::string(1, c);
  return sim::decode_query(kept);
}

sim::Request request_of(const http::Request& asked, const UrlParts& parts) {
  sim::Request request;
  request.method = asked.method;
  request.scheme = parts.scheme;
  request.path = decoded_path(parts.path);
  request.raw_query = parts.query;
  request.params = sim::parse_query(parts.query);
  request.headers = {{"Host", parts.host}};
  for (const auto& [name, value] : asked.headers) request.headers.push_back({name, value});
  request.body = asked.body;
  return request;
}

std::string body_of(const sim::Reply& reply) {
  std::string text;
  if (reply.stream) {
    reply.stream([&text](std::string_view piece) {
      text += piece;
      return true;
    });
  } else if (reply.body) {
    text = *reply.body;
  }
  return text;
}

http::Exchange exchange_of(const sim::Reply& reply) {
  if (reply.end != sim::BodyEnd::complete) {
    const char* text = reply.end == sim::BodyEnd::reset ? "connection reset by peer"
                                                        : "transfer closed with data remaining";
    return {std::nullopt, {http::FailureCause::cut, text, true}};
  }
  http::Response response;
  response.status = reply.status;
  for (const sim::Field& field : reply.headers) {
    response.headers.emplace_back(field.name, field.value);
  }
  if (!reply.content_type.empty())
    response.headers.emplace_back("Content-Type", reply.content_type);
  response.body = body_of(reply);
  return {std::move(response), {}};
}

class SimTransport : public http::Transport {
 public:
  explicit SimTransport(SimWorld& world) : world_(world) {}
  http::Exchange send(const http::Request& request, std::stop_token stop) override {
    if (stop.stop_requested()) {
      return {std::nullopt, {http::FailureCause::cancelled, "cancelled", false}};
    }
    return world_.exchange(request);
  }
  http::Inspection inspect(const std::string& url, std::stop_token) override {
    http::Inspection seen;
    seen.address = "127.0.0.1";
    seen.tls = url.starts_with("https://");
    seen.served_at = world_.clock().now();
    seen.http_status_line = "HTTP/1.1 200 OK";
    return seen;
  }

 private:
  SimWorld& world_;
};

/// The world's clock below the product's. The bench must not outlive it.
void follow(sim::InstanceClock& of_product, const FakeClock& clock) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  of_product.follow(
      {[&clock] { return duration_cast<milliseconds>(clock.now().time_since_epoch()).count(); },
       [&clock] {
         return duration_cast<milliseconds>(clock.steady_now().time_since_epoch()).count();
       }});
}

std::unique_ptr<sim::Product> started(const SimSetup& setup, const FakeClock& clock,
                                      sim::Bench& bench) {
  follow(bench.clock, clock);
  sim::Options options;
  options.product = setup.product.name;
  return setup.product.start(bench, options);
}

/// The name and argument of what the contract orders.
std::string fault_text(Fault fault) {
  switch (fault) {
    case Fault::refuse_token:
      return "refuse-token";
    case Fault::throttle_seconds:
      return "rate-limit=7";
    case Fault::throttle_date:
      return "rate-limit=date:9";
    case Fault::cut_connection:
      return "reset-mid-body";
    case Fault::oversized_page:
      return "page-larger=30";
    case Fault::empty_page:
      return "empty-page";
    case Fault::expire_token:
      break;  // a control, not a fault
  }
  throw std::logic_error("no fault of that kind");
}

}  // namespace

sim::ProductEntry sim_product(std::string_view name) {
  const sim::ProductEntry* found = sim::find_product(name);
  if (!found) throw std::runtime_error("no simulated product is called " + std::string(name));
  return *found;
}

SimWorld::SimWorld(SimSetup setup)
    : setup_(std::move(setup)),
      bench_(setup_.product.fault_names()),
      product_(started(setup_, clock_, bench_)),
      front_(*product_, bench_) {
  const sim::Credentials known;
  connection.name = "prod";
  connection.partner = setup_.partner;
  connection.url = setup_.url;
  connection.username = known.user;
  connection.client_id = known.client_id;
}

std::string SimWorld::id(int n) const {
  if (setup_.id) return setup_.id(n);
  return fmt::format("{:08x}-0c4e-4b5f-9a6d-{:012x}", n * 6 + 1, 0xabcdef);
}

void SimWorld::put(const TruthRow& row) {
  sim::Request request;
  request.method = "POST";
  request.path = "/__control/put";
  request.body = nlohmann::json{
      {"type", to_string(setup_.type)},
      {"id", row.id},
      {"updated", format_rfc3339(row.updated)},
      {"title", row.title},
      {"hidden",
       row.hidden}}.dump();
  ask_control(request);
}

void SimWorld::remove(const std::string& id) {
  sim::Request request;
  request.path = "/__control/remove";
  request.params = {{"type", std::string(to_string(setup_.type))}, {"id", id}};
  ask_control(request);
}

void SimWorld::order(Fault fault) {
  if (fault == Fault::expire_token) {
    (void)control("tokens/expire");
    return;
  }
  this->fault(fault_text(fault) + ";count=1;path=" + setup_.page_path);
}

void SimWorld::fault(const std::string& text) {
  if (!bench_.faults.set_text(text)) {
    throw std::runtime_error(fmt::format("{} knows no fault '{}'", setup_.product.name, text));
  }
}

sim::Reply SimWorld::ask_control(const sim::Request& request) {
  sim::Reply reply = front_.answer(request);
  if (reply.status != 200) {
    throw std::runtime_error(fmt::format("{} of {} gives {}: {}", request.target(),
                                         setup_.product.name, reply.status, body_of(reply)));
  }
  return reply;
}

std::string SimWorld::control(const std::string& what) {
  const UrlParts parts = parts_of("http://control" + std::string(k_control) + what);
  return body_of(ask_control(request_of({}, parts)));
}

void SimWorld::after_page(std::function<void(int)> callback) {
  const std::scoped_lock hold(callback_mutex_);
  callback_ = std::move(callback);
}

void SimWorld::page_served() {
  const int page = ++pages_;
  std::function<void(int)> callback;  // a copy: it may put another in its place
  {
    const std::scoped_lock hold(callback_mutex_);
    callback = callback_;
  }
  if (callback) callback(page);
}

http::Exchange SimWorld::exchange(const http::Request& request) {
  const UrlParts parts = parts_of(request.url);
  const std::string origin = parts.scheme + "://" + parts.host;
  const bool known = origin == setup_.url ||
                     std::find(setup_.other_urls.begin(), setup_.other_urls.end(), origin) !=
                         setup_.other_urls.end();
  if (!known) {
    return {std::nullopt,
            {http::FailureCause::dns, "the test has no host called " + parts.host, false}};
  }
  const sim::Reply reply = front_.answer(request_of(request, parts));
  clock_.advance(reply.delay + reply.pause);
  const bool page = parts.path.find(setup_.page_path) != std::string::npos && reply.status == 200 &&
                    reply.end == sim::BodyEnd::complete;
  http::Exchange answer = exchange_of(reply);
  if (page) page_served();
  return answer;
}

http::Wire SimWorld::wire() {
  return {[this] { return std::make_unique<SimTransport>(*this); }, clock_, tokens, log.log(),
          [] { return 0.5; }};
}

partners::Credentials SimWorld::credentials() const {
  const sim::Credentials known;
  return {Secret(known.client_secret), [known] { return Secret(known.password); }};
}

std::unique_ptr<partners::Partner> SimWorld::open(int max_page_size) {
  if (setup_.open) return setup_.open(*this, max_page_size);
  const partners::PartnerEntry* entry = partners::find_partner(setup_.partner);
  if (!entry) throw std::runtime_error("this partner is not in the registry");
  partners::PartnerOptions options;
  options.max_page_size = max_page_size;
  return entry->open(connection, credentials(), wire(), options);
}

}  // namespace itsmc::test
