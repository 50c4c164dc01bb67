#pragma once

#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "itsmc/partners/intake.hpp"
#include "partners/servicenow_ci.hpp"
#include "partners/servicenow_examine.hpp"

namespace itsmc::partners::servicenow {

/// The configuration items of an instance: found in cmdb_ci, made by identification and
/// reconciliation and never by a plain insert, which would make duplicates (servicenow reference
/// 7). One thread; `instance` outlives it.
class CiIntake {
 public:
  explicit CiIntake(const Instance& instance) : instance_(instance) {}

  std::vector<ConfigItem> find(const CiQuery& query, const std::stop_token& stop);
  PlannedRequest plan(const CiDraft& draft, const std::stop_token& stop);
  CiWritten create(const CiDraft& draft, const std::stop_token& stop);

 private:
  [[nodiscard]] PlannedRequest planned(std::string_view path, const CiPayload& payload) const;
  void require_fields(const CiDraft& draft, const std::stop_token& stop);
  void require_source(const CiPayload& payload, const std::stop_token& stop);
  CiOutcome ask_engine(const CiPayload& payload, IreCall call, const std::stop_token& stop);
  CiWritten read_back(const CiOutcome& outcome, const CiDraft& draft, const std::stop_token& stop);

  Instance instance_;
  std::optional<std::vector<Record>> sources_;
};

}  // namespace itsmc::partners::servicenow
