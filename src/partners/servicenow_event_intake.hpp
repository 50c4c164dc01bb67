#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/partners/intake.hpp"
#include "partners/servicenow_draft.hpp"
#include "partners/servicenow_examine.hpp"
#include "partners/servicenow_send.hpp"

namespace itsmc::partners::servicenow {

/// Events, and the alerts that Event Management makes of them: one alert for each message key,
/// whatever comes twice (servicenow reference 6.3, 6.4). One thread; `instance` outlives it.
class EventIntake {
 public:
  explicit EventIntake(const Instance& instance) : instance_(instance) {}

  std::vector<FieldProblem> check(const ItemDraft& draft);
  PlannedRequest plan(const ItemDraft& draft);
  Written create(const ItemDraft& draft, const std::stop_token& stop);
  std::vector<FoundItem> find(WorkItemType type, std::string_view key, const std::stop_token& stop);
  Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                 const std::stop_token& stop);

 private:
  enum class Wanted { any, closed };
  RecordDraft drafted(const ItemDraft& draft) const;
  [[nodiscard]] PlannedRequest planned(const FieldValues& fields) const;
  void send(const FieldValues& fields, const std::stop_token& stop);
  std::optional<FoundItem> wait_for_alert(WorkItemType type, std::string_view key, Wanted wanted,
                                          const std::stop_token& stop);
  Written not_yet(std::string_view key, const std::stop_token& stop);
  Record read_source(const FoundItem& item, const std::stop_token& stop);
  Written comment(WorkItemType type, const FoundItem& item, const ItemChange& change,
                  const std::stop_token& stop);
  Written clear(WorkItemType type, const FoundItem& item, const ItemChange& change,
                const std::stop_token& stop);

  Instance instance_;
};

}  // namespace itsmc::partners::servicenow
