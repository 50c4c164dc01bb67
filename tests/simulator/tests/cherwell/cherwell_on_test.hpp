// A simulated Cherwell instance without sockets: requests go straight to the front.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cherwell/fault_names.hpp"
#include "cherwell/service.hpp"

namespace itsmc::sim::test {

// IS a whole simulator minus its server, on a clock that only `pass` moves. Not thread-safe.
class CherwellOnTest {
 public:
  CherwellOnTest();

  // POST token with these fields besides grant_type and client_id.
  Reply token(const std::string& grant, const Fields& more, const std::string& query = "");
  nlohmann::json sign_in();  // with the password; later calls bear its token
  // `path` behind /CherwellAPI/api/, with its encoded query.
  Reply send(const std::string& method, const std::string& path, const std::string& body = "");
  nlohmann::json get(const std::string& path);
  nlohmann::json post(const std::string& path, const nlohmann::json& body);
  Reply raw(const Request& request);
  Reply control(const std::string& what, const std::string& body = "");
  void fault(const std::string& text);  // NAME=ARG;count=1
  // A row by the control `put`, last changed at that time.
  void put(const std::string& id, const std::string& updated, const std::string& title);
  void pass(std::int64_t milliseconds) { now_ms_ += milliseconds; }

  Bench bench{cherwell::fault_names()};

 private:
  std::int64_t now_ms_ = 1'764'000'000'000;  // 2025-11-24T16:00:00Z

 public:
  cherwell::Service service;
  Front front;
  std::string bearer;
};

inline constexpr const char* k_incident = "6dd53665c0c24cab86870a21cf6434ae";
inline constexpr const char* k_change = "934ec7a1701c451ce57f2c43bfbbe2e46fe4843f81";
inline constexpr const char* k_modified = "93543557882ad94503745843c9a380aa0c380935c8";
inline constexpr const char* k_status = "5eb3234ae1344c64a19819eda437f18d";
inline constexpr const char* k_priority = "83c36313e97b4e6b9028aff3b401b71c";
inline constexpr const char* k_description = "252b836fc72c4149915053ca1131d138";
inline constexpr const char* k_short = "93e8ea93ff67fd95118255419690a50ef2d56f910c";
inline constexpr const char* k_rec_id = "fa03d51b709e4a6eb2d52885b2ef7e04";
inline constexpr const char* k_customer = "933bd530833c64efbf66f84114acabb3e90c6d7b8f";
inline constexpr const char* k_closed = "11b6961ee55048b9a7240f7e2d3a2f8d";

nlohmann::json filter(const std::string& field, const std::string& op, const std::string& value);
nlohmann::json ascending(const std::string& field);
// A search of incidents, all by (LastModifiedDateTime, RecID), with more members merged in.
nlohmann::json incident_search(const nlohmann::json& more = nlohmann::json::object());
// busObRecId of every row, in order.
std::vector<std::string> rec_ids(const nlohmann::json& answer);
// The value of a field by name in one business object.
std::string value_of(const nlohmann::json& object, std::string_view name);
nlohmann::json cherwell_fixture(const std::string& name);
// A save of an incident with what is required.
nlohmann::json new_incident(CherwellOnTest& on);
nlohmann::json dirty(const std::string& field, const std::string& value);

}  // namespace itsmc::sim::test
