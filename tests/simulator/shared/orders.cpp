#include "shared/orders.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "shared/clock.hpp"

namespace itsmc::sim {
namespace {

// Body and query of a control request as one.
class Words {
 public:
  explicit Words(const Request& request) : request_(request) {
    if (!request.body.empty() && request.body.front() == '{') {
      body_ = nlohmann::json::parse(request.body);
    }
  }
  [[nodiscard]] std::string text(const char* name) const {
    const auto found = body_.find(name);
    if (found == body_.end()) return request_.param_or(name, "");
    return found->is_string() ? found->get<std::string>() : found->dump();
  }
  [[nodiscard]] bool flag(const char* name) const {
    const std::string value = text(name);
    return value == "true" || value == "1";
  }
  [[nodiscard]] std::int64_t time_ms(const char* name, std::int64_t otherwise) const {
    const std::string value = text(name);
    if (value.empty() || value == "now") return otherwise;
    const auto time = parse_utc_ms(value);
    if (!time) throw std::runtime_error(std::string(name) + " cannot be read: '" + value + "'");
    return *time;
  }
  [[nodiscard]] std::uint64_t number(const char* name, std::int64_t otherwise) const {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_or(text(name), otherwise)));
  }
  [[nodiscard]] ItemType type() const {
    const std::string name = text("type");
    if (name.empty()) return ItemType::incident;
    const auto known = item_type(name);
    if (!known) throw std::runtime_error("unknown type '" + name + "'");
    return *known;
  }

 private:
  const Request& request_;
  nlohmann::json body_ = nlohmann::json::object();
};

}  // namespace

PutOrder put_order(const Request& request, std::int64_t now_ms) {
  const Words words(request);
  PutOrder order{words.type(), words.text("id"), words.time_ms("updated", now_ms),
                 words.text("title"), words.flag("hidden")};
  if (order.id.empty()) throw std::runtime_error("id is missing");
  return order;
}

ChangeOrder change_order(const Request& request, std::int64_t now_ms) {
  const Words words(request);
  return {words.type(), words.number("count", 1), words.time_ms("at", now_ms),
          words.number("seed", 1)};
}

ItemType type_order(const Request& request) {
  return Words(request).type();
}

std::string id_order(const Request& request) {
  std::string id = Words(request).text("id");
  if (id.empty()) throw std::runtime_error("id is missing");
  return id;
}

Reply ids_reply(const std::vector<std::string>& ids) {
  return json_reply(200, nlohmann::json{{"count", ids.size()}, {"ids", ids}}.dump());
}

}  // namespace itsmc::sim
