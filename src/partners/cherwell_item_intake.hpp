#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/partners/intake.hpp"
#include "partners/cherwell_draft.hpp"
#include "partners/cherwell_object.hpp"

namespace itsmc::partners::cherwell {

/// Incidents and change requests: rows of two business objects. What it reads about the instance it
/// keeps. One thread; connection, api and book outlive it.
class ItemIntake {
 public:
  ItemIntake(const Connection& connection, const Api& api, ObjectBook& book)
      : connection_(connection), api_(api), book_(book) {}

  std::vector<FieldProblem> check(const ItemDraft& draft, const std::stop_token& stop);
  PlannedRequest plan(const ItemDraft& draft, const std::stop_token& stop);
  Written create(const ItemDraft& draft, const std::stop_token& stop);
  std::vector<FoundItem> find(WorkItemType type, std::string_view correlation_id,
                              const std::stop_token& stop);
  Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                 const std::stop_token& stop);

 private:
  struct Customer {
    std::string id, problem;
  };

  RecordDraft prepare(const ItemDraft& draft, const std::stop_token& stop);
  void set_customer(RecordDraft& record, const ObjectRules& rules, const std::stop_token& stop);
  [[nodiscard]] std::string own_email(const std::stop_token& stop);
  Customer find_customer(const std::string& email, const std::stop_token& stop);
  [[nodiscard]] std::string type_of_item(const ConfigItem& item, const std::stop_token& stop);
  std::string save(const ObjectRules& rules, const std::string& id, const FieldValues& fields,
                   const std::stop_token& stop);
  Written after_refusal(const ItemDraft& draft, const Error& refusal, const std::stop_token& stop);
  Written update(const ObjectRules& rules, const FoundItem& item, const FieldValues& fields,
                 const std::stop_token& stop);
  Written resolve(const ObjectRules& rules, const FoundItem& item, const ItemChange& change,
                  const FieldValues& given, const std::stop_token& stop);
  void link_items(const ObjectRules& rules, const ItemChange& change, const Row& now,
                  FieldValues& fields, const std::stop_token& stop);
  Written add_note(const ObjectRules& rules, const FoundItem& item, std::string_view note,
                   const std::stop_token& stop);

  const Connection& connection_;
  const Api& api_;
  ObjectBook& book_;
  std::optional<Customer> own_customer_;
};

}  // namespace itsmc::partners::cherwell
