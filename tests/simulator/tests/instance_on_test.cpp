#include "instance_on_test.hpp"

#include <nlohmann/json.hpp>

#include "shared/compress.hpp"

namespace itsmc::sim::test {

InstanceOnTest::InstanceOnTest(servicenow::Settings settings)
    : service(bench, std::move(settings)), front(service, bench) {}

Reply InstanceOnTest::send(const std::string& method, const std::string& target,
                           const std::string& body, Fields headers) {
  Request request;
  request.method = method;
  const auto mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (mark < target.size()) request.raw_query = target.substr(mark + 1);
  request.params = parse_query(request.raw_query);
  request.body = body;
  request.headers = std::move(headers);
  if (!find_header(request.headers, "Authorization")) {
    const auto& credentials = service.site().oauth.credentials();
    request.headers.push_back(
        {"Authorization", "Basic " + encode_base64(credentials.user + ":" + credentials.password)});
  }
  return front.answer(request);
}

Reply InstanceOnTest::get(const std::string& target, Fields headers) {
  return send("GET", target, "", std::move(headers));
}

Reply InstanceOnTest::control(const std::string& what) {
  return get("/__control/" + what);
}

Reply InstanceOnTest::form(const Fields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + name + "=" + encoded(value);
  }
  return send("POST", "/oauth_token.do", body,
              {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "none"}});
}

std::string encoded(std::string_view text) {
  static constexpr char k_hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += '%';
      out += k_hex[byte >> 4];
      out += k_hex[byte & 15];
    }
  }
  return out;
}

nlohmann::json body_json(const Reply& reply) {
  return nlohmann::json::parse(reply.body ? *reply.body : std::string());
}

std::string streamed(const Reply& reply) {
  std::string out;
  reply.stream([&](std::string_view piece) {
    out += piece;
    return true;
  });
  return out;
}

nlohmann::json fixture(const std::string& name) {
  return nlohmann::json::parse(read_file(std::string(SIM_FIXTURES) + "/" + name));
}

std::string header_of(const Reply& reply, std::string_view name) {
  const auto* value = find_header(reply.headers, name);
  return value ? *value : std::string();
}

std::string list_target(const std::string& table, std::string_view query, const std::string& more) {
  return "/api/now/table/" + table + "?sysparm_query=" + encoded(query) + more;
}

}  // namespace itsmc::sim::test
