// A simulated instance without sockets: requests go straight to the front.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "servicenow/fault_names.hpp"
#include "servicenow/service.hpp"

namespace itsmc::sim::test {

// IS a whole simulator minus its server. Not thread-safe.
class InstanceOnTest {
 public:
  explicit InstanceOnTest(servicenow::Settings settings = {});

  // `target` is path and encoded query. Signed in by Basic unless the headers say otherwise.
  Reply get(const std::string& target, Fields headers = {});
  Reply send(const std::string& method, const std::string& target, const std::string& body,
             Fields headers = {});
  Reply control(const std::string& what);
  Reply form(const Fields& fields);  // POST /oauth_token.do

  Bench bench{servicenow::fault_names()};
  servicenow::Service service;
  Front front;
};

// Percent-encodes everything but letters, digits and "-_.".
std::string encoded(std::string_view text);
nlohmann::json body_json(const Reply& reply);
// The streamed text of a reply.
std::string streamed(const Reply& reply);
nlohmann::json fixture(const std::string& name);
std::string header_of(const Reply& reply, std::string_view name);
// GET of a table with an encoded query and more parameters ("&sysparm_limit=1").
std::string list_target(const std::string& table, std::string_view query,
                        const std::string& more = "");

}  // namespace itsmc::sim::test
