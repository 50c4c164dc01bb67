#pragma once

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/partners/intake.hpp"
#include "partners/servicenow_draft.hpp"
#include "partners/servicenow_examine.hpp"
#include "partners/servicenow_template.hpp"

namespace itsmc::partners::servicenow {

/// Incidents and changes: records of tables that extend task. What it reads about the instance it
/// keeps. One thread; `instance` outlives it.
class TaskIntake {
 public:
  explicit TaskIntake(const Instance& instance) : instance_(instance) {}

  std::vector<FieldProblem> check(const ItemDraft& draft, const std::stop_token& stop);
  PlannedRequest plan(const ItemDraft& draft, const std::stop_token& stop);
  Written create(const ItemDraft& draft, const std::stop_token& stop);
  std::vector<FoundItem> find(WorkItemType type, std::string_view correlation_id,
                              const std::stop_token& stop);
  Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                 const std::stop_token& stop);
  std::vector<ItemTemplate> templates(const std::stop_token& stop);

 private:
  /// A table's rules as far as they have been read, and which choice lists that is.
  struct Known {
    TableRules rules;
    std::set<std::string> elements;
    bool read = false;
  };
  struct Prepared {
    RecordDraft record;
    std::string path;
  };

  const TableRules& rules(WorkItemType type, const std::vector<std::string>& elements,
                          const std::stop_token& stop);
  void read_dictionary(Known& known, const std::stop_token& stop);
  const std::vector<Template>& read_templates(const std::stop_token& stop);
  Prepared prepare(const ItemDraft& draft, const std::stop_token& stop);
  void resolve_names(RecordDraft& record, const TableRules& rules, const std::stop_token& stop);
  [[nodiscard]] PlannedRequest planned(WorkItemType type, std::string_view method,
                                       std::string_view path, const FieldValues& fields) const;
  Written written(const ItemDraft& draft, const nlohmann::json& answer, RecordDraft record,
                  const std::stop_token& stop);
  Written after_refusal(const ItemDraft& draft, const Error& refusal, const std::stop_token& stop);
  void require_readable(WorkItemType type, const std::stop_token& stop);
  FieldValues fields_of(WorkItemType type, const FoundItem& item, const ItemChange& change,
                        const std::stop_token& stop);
  Written patch(WorkItemType type, const FoundItem& item, const FieldValues& fields,
                const std::stop_token& stop);
  Written note_instead(WorkItemType type, const FoundItem& item, const ItemChange& change,
                       const std::string& reason, const std::stop_token& stop);
  std::string usual_close_code(WorkItemType type, const std::stop_token& stop);
  void link_items(WorkItemType type, const FoundItem& item, const ItemChange& change,
                  FieldValues& fields, const std::stop_token& stop);

  Instance instance_;
  std::map<WorkItemType, Known> known_;
  std::set<WorkItemType> readable_;
  std::optional<std::vector<Template>> templates_;
};

}  // namespace itsmc::partners::servicenow
