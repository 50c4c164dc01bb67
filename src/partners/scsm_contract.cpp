#include "partners/scsm_contract.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "partners/json_part.hpp"
#include "partners/odata_words.hpp"

namespace itsmc::partners::scsm {
namespace {

using nlohmann::json;

constexpr std::string_view k_base = "/api/itsmc/v1";

std::optional<bool> flag_at(const json& object, std::string_view key) {
  const auto found = object.is_object() ? object.find(std::string(key)) : object.end();
  if (found == object.end() || !found->is_boolean()) return std::nullopt;
  return found->get<bool>();
}

}  // namespace

std::string gateway_must(std::string_view what) {
  return fmt::format("the gateway must {}: see docs/scsm-gateway (in /usr/share/doc/itsmc)", what);
}

std::string items_path(WorkItemType type) {
  return fmt::format("{}/{}", k_base,
                     type == WorkItemType::change_request ? "changerequests" : "incidents");
}

std::string statuses_path(WorkItemType type) {
  return fmt::format(
      "{}/enumerations/{}", k_base,
      type == WorkItemType::change_request ? "ChangeStatusEnum" : "IncidentStatusEnum");
}

std::vector<std::pair<std::string, std::string>> items_query(const ItemsQuestion& question) {
  std::string filter = "lastModified ge " + odata::time_literal(question.from);
  if (question.until) filter += " and lastModified lt " + odata::time_literal(*question.until);
  return {{"$filter", std::move(filter)},
          {"$orderby", "lastModified asc,baseId asc"},
          {"$top", std::to_string(question.rows)}};
}

// {"contract":"itsmc-scsm/1","product":"System Center Service Manager","productVersion":"..",
//  "managementGroup":"SM_CONTOSO","serverTimeUtc":"2018-06-01T09:00:00.000Z","maxPageSize":1000}
// (fixture our-contract.info.response.json).
std::optional<About> parse_about(const json& answer) {
  About about;
  about.contract = text_part(answer, "contract");
  if (about.contract.empty()) return std::nullopt;
  about.product = text_part(answer, "product");
  about.version = text_part(answer, "productVersion");
  about.management_group = text_part(answer, "managementGroup");
  about.now = parse_rfc3339(text_part(answer, "serverTimeUtc"));
  const json& size = part_of(answer, "maxPageSize");
  if (size.is_number_integer()) {
    about.max_page = static_cast<int>(
        std::clamp(size.get<std::int64_t>(), std::int64_t{1}, std::int64_t{k_largest_page}));
  }
  for (const json& feature : part_of(answer, "features")) {
    if (feature.is_string()) about.features.push_back(feature.get<std::string>());
  }
  return about;
}

Account parse_account(const json& answer) {
  Account account;
  account.account = text_part(answer, "account");
  account.display_name = text_part(answer, "displayName");
  for (const json& role : part_of(answer, "userRoles")) {
    account.roles.push_back({text_part(role, "name"), text_part(role, "profile")});
  }
  const json& can = part_of(answer, "can");
  account.reads_incidents = flag_at(can, "readIncident");
  account.reads_changes = flag_at(can, "readChange");
  account.creates_incidents = flag_at(can, "createIncident");
  account.creates_items = flag_at(can, "createConfigItem");
  return account;
}

std::vector<ListMember> parse_members(const json& answer) {
  std::vector<ListMember> members;
  for (const json& member : part_of(answer, "values")) {
    members.push_back({text_part(member, "id"), text_part(member, "name"),
                       text_part(member, "displayName"), text_part(member, "parent")});
  }
  return members;
}

std::string ErrorBody::text() const {
  if (code.empty() || message.empty()) return message + code;
  return fmt::format("{} ({})", message, code);
}

// {"error":{"code":"sdkUnavailable","message":"The Service Manager management server .."}} (fixture
// our-contract.error-502.response.json); the others by scsm reference 2.
ErrorBody parse_error_body(std::string_view body) {
  const odata::ErrorWords words = odata::parse_error(body);
  const json answer = json::parse(body, nullptr, false);
  const json& versioning = part_of(answer, "Error");
  if (versioning.is_object()) {
    return {text_part(versioning, "Code"), text_part(versioning, "Message")};
  }
  ErrorBody error{words.code, words.message};
  const std::string exception = text_part(answer, "ExceptionMessage");
  if (!exception.empty()) error.message += " " + exception;
  const json& fields = part_of(answer, "ModelState");
  if (!fields.is_object()) return error;
  for (const auto& [name, problems] : fields.items()) {
    for (const json& problem : problems) {
      if (problem.is_string())
        error.message += fmt::format(" {}: {}", name, problem.get<std::string>());
    }
  }
  return error;
}

}  // namespace itsmc::partners::scsm
