#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/partners/intake.hpp"
#include "partners/cherwell_draft.hpp"
#include "partners/cherwell_object.hpp"

namespace itsmc::partners::cherwell {

/// One question for a configuration item, asked of each member type. `word` is compared again with
/// what comes.
struct CiStep {
  std::string_view field;      // "HostName"
  std::string_view operation;  // "eq", "startswith"
  std::string value;
  std::string_view whole;  // the full name that is wanted: a namesake of another domain is not it
};
/// In the order in which they are asked: the first that matches anything answers. `query` outlives
/// them.
[[nodiscard]] std::vector<CiStep> ci_steps(const CiQuery& query);
/// The rows that really are what the step asks for, without retired and duplicate ones.
[[nodiscard]] std::vector<ConfigItem> ci_answers(const CiStep& step, const ObjectRules& rules,
                                                 const std::vector<Row>& rows);

/// Configuration items: rows of the member types of the group ConfigurationItem (cherwell reference
/// 10). One thread; api and book outlive it.
class CiIntake {
 public:
  CiIntake(const Api& api, ObjectBook& book) : api_(api), book_(book) {}

  std::vector<ConfigItem> find(const CiQuery& query, const std::stop_token& stop);
  PlannedRequest plan(const CiDraft& draft, const std::stop_token& stop);
  CiWritten create(const CiDraft& draft, const std::stop_token& stop);

 private:
  const std::vector<std::string>& members(const std::stop_token& stop);
  ObjectRules& class_of(const CiDraft& draft, const std::stop_token& stop);
  FieldValues prepare(const CiDraft& draft, ObjectRules& rules, const std::stop_token& stop);

  const Api& api_;
  ObjectBook& book_;
  std::vector<std::string> members_;
};

}  // namespace itsmc::partners::cherwell
