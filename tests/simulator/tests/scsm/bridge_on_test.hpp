// A simulated bridge without sockets, and a client signed in to it.
#pragma once
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "scsm/fault_names.hpp"
#include "scsm/service.hpp"

namespace itsmc::sim::test {

inline constexpr const char* k_bridge = "https://smoc123.azurewebsites.net";

// IS a whole simulator minus its server. Not thread-safe.
class BridgeOnTest {
 public:
  BridgeOnTest();

  // GET below /api/itsmc/v1/ with the bearer.
  Reply get(const std::string& what, Fields headers = {});
  Reply post(const std::string& what, const std::string& body);
  // A link as it stands in an answer, or any path of the site.
  Reply follow(const std::string& link, Fields headers = {});
  Reply control(const std::string& what, const std::string& body = "");
  // Switches a fault on: "rate-limit=7;count=1".
  void fault(const std::string& text);
  // Signs in with a secret for that resource, v1; the whole answer.
  Reply sign_in(const std::string& resource);
  // Incidents 0..count-1, two a second from 2025-11-03T00:00:00Z on.
  void put_incidents(int count);
  static std::string id(int n);
  // The base ids of every page of a list, following its links.
  std::vector<std::string> all_ids(const std::string& what);

  Bench bench{scsm::fault_names()};
  scsm::Service service;
  Front front;
  std::string bearer;
};

nlohmann::json scsm_fixture(const std::string& name);

}  // namespace itsmc::sim::test
