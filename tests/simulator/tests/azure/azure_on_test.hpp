// A simulated Azure without sockets.
#pragma once
#include <string>

#include <nlohmann/json.hpp>

#include "azure/fault_names.hpp"
#include "azure/service.hpp"

namespace itsmc::sim::test {

// IS a whole simulated Azure with a clock of its own. Not thread-safe.
class AzureOnTest {
 public:
  explicit AzureOnTest(azure::Settings settings = {});

  // The Authorization value of the client for that API: "arm", "ingestion" or "query".
  std::string bearer(const std::string& api);
  Reply token(const Fields& form);
  Reply arm(const std::string& method, const std::string& id, const nlohmann::json& body = {});
  // Puts a table of these columns up, with its rule and the client's role.
  nlohmann::json target(const nlohmann::json& columns);
  Reply send(const std::string& body, Fields headers = {});
  Reply query(const std::string& kql, const std::string& timespan = "");
  // The rows of an answer; empty when it was none.
  nlohmann::json rows(const std::string& kql);
  // What is stored of the table of target(), line by line.
  std::vector<nlohmann::json> stored();
  Reply control(const std::string& what, const std::string& body = "");
  nlohmann::json counters();

  static nlohmann::json column(const std::string& name, const std::string& type);
  std::string workspace() const { return azure::workspace_id(service.site().settings); }
  std::string group() const;

  std::int64_t now_ms = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  Bench bench{azure::fault_names()};
  mutable azure::Service service;
  Front front;
  std::string upload_path;
};

// The code of an error's answer, or "".
std::string error_code(const Reply& reply);

}  // namespace itsmc::sim::test
