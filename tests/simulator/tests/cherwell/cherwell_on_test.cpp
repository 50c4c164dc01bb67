#include "cherwell_on_test.hpp"

#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {

using nlohmann::json;

CherwellOnTest::CherwellOnTest()
    : service((bench.clock.follow({[this] { return now_ms_; }, [this] { return now_ms_; }}), bench),
              Credentials{}),
      front(service, bench) {}

Reply CherwellOnTest::raw(const Request& request) {
  return front.answer(request);
}

Reply CherwellOnTest::token(const std::string& grant, const Fields& more,
                            const std::string& query) {
  Request request;
  request.method = "POST";
  request.path = "/CherwellAPI/token";
  request.raw_query = query;
  request.params = parse_query(query);
  request.body = "grant_type=" + grant + "&client_id=itsmc-client";
  for (const auto& [name, value] : more) request.body += "&" + name + "=" + encoded(value);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Content-Length", std::to_string(request.body.size())}};
  return front.answer(request);
}

json CherwellOnTest::sign_in() {
  const Credentials credentials;
  const json answer = body_json(
      token("password", {{"username", credentials.user}, {"password", credentials.password}}));
  bearer = answer.value("access_token", "");
  return answer;
}

Reply CherwellOnTest::send(const std::string& method, const std::string& path,
                           const std::string& body) {
  Request request;
  request.method = method;
  const auto mark = std::min(path.find('?'), path.size());
  request.path = "/CherwellAPI/api/" + path.substr(0, mark);
  if (mark < path.size()) request.raw_query = path.substr(mark + 1);
  request.params = parse_query(request.raw_query);
  request.body = body;
  request.headers = {{"Content-Type", "application/json"},
                     {"Content-Length", std::to_string(body.size())}};
  if (!bearer.empty()) request.headers.push_back({"Authorization", "Bearer " + bearer});
  return front.answer(request);
}

json CherwellOnTest::get(const std::string& path) {
  return body_json(send("GET", path));
}

json CherwellOnTest::post(const std::string& path, const json& body) {
  return body_json(send("POST", path, body.dump()));
}

Reply CherwellOnTest::control(const std::string& what, const std::string& body) {
  Request request;
  request.method = body.empty() ? "GET" : "POST";
  const auto mark = std::min(what.find('?'), what.size());
  request.path = "/__control/" + what.substr(0, mark);
  if (mark < what.size()) request.raw_query = what.substr(mark + 1);
  request.params = parse_query(request.raw_query);
  request.body = body;
  return front.answer(request);
}

void CherwellOnTest::fault(const std::string& text) {
  if (!bench.faults.set_text(text)) throw std::runtime_error("unknown fault " + text);
}

void CherwellOnTest::put(const std::string& id, const std::string& updated,
                         const std::string& title) {
  const json body = {{"type", "incident"}, {"id", id}, {"updated", updated}, {"title", title}};
  if (control("put", body.dump()).status != 200) throw std::runtime_error("put was refused");
}

json filter(const std::string& field, const std::string& op, const std::string& value) {
  return {{"fieldId", field}, {"operator", op}, {"value", value}};
}

json ascending(const std::string& field) {
  return {{"fieldId", field}, {"sortDirection", 1}};
}

json incident_search(const json& more) {
  json search = {{"busObId", k_incident},
                 {"pageNumber", 1},
                 {"pageSize", 100},
                 {"includeAllFields", true},
                 {"sorting", {ascending(k_modified), ascending(k_rec_id)}}};
  search.update(more);
  return search;
}

std::vector<std::string> rec_ids(const json& answer) {
  std::vector<std::string> ids;
  for (const auto& object : answer.at("businessObjects")) ids.push_back(object.at("busObRecId"));
  return ids;
}

std::string value_of(const json& object, std::string_view name) {
  for (const auto& field : object.at("fields"))
    if (field.at("name") == name) return field.at("value");
  return "(no field " + std::string(name) + ")";
}

json cherwell_fixture(const std::string& name) {
  return json::parse(read_file(std::string(SIM_FIXTURE_ROOT) + "/cherwell/" + name));
}

json dirty(const std::string& field, const std::string& value) {
  return {{"dirty", true}, {"fieldId", field}, {"value", value}};
}

json new_incident(CherwellOnTest& on) {
  const auto customers = on.get("V1/getbusinessobjectsummary/busobname/CustomerInternal");
  const auto found = on.post("V1/getsearchresults", {{"busObId", customers[0]["busObId"]}});
  const std::string customer = found["businessObjects"][0]["busObRecId"];
  return {{"busObId", k_incident},
          {"fields",
           {dirty(k_description, "The queue is full\nand stays so"), dirty(k_priority, "2"),
            dirty(k_customer, customer)}}};
}

}  // namespace itsmc::sim::test
