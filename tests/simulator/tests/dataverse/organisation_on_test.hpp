// A simulated organisation without sockets, and somebody signed in to it.
#pragma once
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "asking.hpp"
#include "dataverse/fault_names.hpp"
#include "dataverse/service.hpp"

namespace itsmc::sim::test {

// IS a whole simulator minus its server, called https://org.crm4.dynamics.com. Not thread-safe.
class OrganisationOnTest {
 public:
  OrganisationOnTest();

  // GET below /api/data/v9.2/ with the bearer.
  Reply get(const std::string& what, Fields headers = {});
  Reply send(const std::string& method, const std::string& what, const std::string& body,
             Fields headers = {});
  // A link as it stands in an answer.
  Reply follow(const std::string& link, Fields headers = {});
  Reply control(const std::string& what, const std::string& body = "");
  // Puts incidents 0..count-1, one a second from 2025-11-03T00:00:00Z on, in x_incidents and
  // incidents; every third shares its second with the one before.
  void put_incidents(int count);
  // Signs in by password for that resource (v2).
  nlohmann::json sign_in(const std::string& resource);
  static std::string id(int n);

  Bench bench{dataverse::fault_names()};
  dataverse::Service service;
  Front front;
  std::string bearer;
};

inline constexpr const char* k_origin = "https://org.crm4.dynamics.com";

nlohmann::json dataverse_fixture(const std::string& name);
// Everything that the pages of a list hold, following next links with the same headers.
std::vector<nlohmann::json> all_rows(OrganisationOnTest& on, const std::string& what,
                                     const Fields& headers);

}  // namespace itsmc::sim::test
