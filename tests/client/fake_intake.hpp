#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "itsmc/partners/intake.hpp"

/// A product in memory that makes work items, and what it holds. Outlives its intakes. Intakes of
/// several threads may share it, as processes share an instance: file locks between them order
/// nothing for ThreadSanitizer, `turn` does. Its functions run outside `turn`.
struct FakeDesk {
  struct Item {
    itsmc::FoundItem item;
    std::string key;
    itsmc::ItemDraft draft;
    std::vector<std::string> notes;
  };
  std::vector<Item> items;
  std::vector<itsmc::ConfigItem> config_items;
  std::vector<std::string> required;  // fields that check asks for
  int finds = 0, creates = 0, changes = 0;
  std::function<void()> before_create = [] {};  // throws: nothing is made
  std::function<void()> after_create = [] {};   // throws: made, but the answer is lost
  std::function<void()> before_find = [] {};
  std::function<void()> after_change = [] {};
  std::mutex turn;
};

class FakeIntake : public itsmc::partners::Intake {
 public:
  explicit FakeIntake(FakeDesk& desk) : desk_(desk) {}

  std::vector<itsmc::FieldProblem> check(const itsmc::ItemDraft& draft, std::stop_token) override {
    std::vector<itsmc::FieldProblem> problems;
    if (draft.title.empty()) problems.push_back({"title", "is required"});
    for (const std::string& field : desk_.required) problems.push_back({field, "is required"});
    return problems;
  }
  itsmc::partners::PlannedRequest plan(const itsmc::ItemDraft& draft, std::stop_token) override {
    return {"POST", "https://desk.example/items", draft.title};
  }
  std::vector<itsmc::FoundItem> find(itsmc::WorkItemType, std::string_view key,
                                     std::stop_token) override {
    count(desk_.finds);
    desk_.before_find();
    const std::lock_guard one_at_a_time(desk_.turn);
    std::vector<itsmc::FoundItem> found;
    for (const auto& item : desk_.items) {
      if (item.key == key) found.push_back(item.item);
    }
    return found;
  }
  itsmc::partners::Written create(const itsmc::ItemDraft& draft, std::stop_token) override {
    count(desk_.creates);
    desk_.before_create();
    const itsmc::FoundItem made = add(draft);
    desk_.after_create();
    return {made, {}};
  }
  itsmc::partners::Written change(itsmc::WorkItemType, const itsmc::FoundItem& item,
                                  const itsmc::ItemChange& change, std::stop_token) override {
    count(desk_.changes);
    const auto found =
        std::find_if(desk_.items.begin(), desk_.items.end(),
                     [&](const FakeDesk::Item& one) { return one.item.id == item.id; });
    found->notes.push_back(change.note);
    if (change.kind == itsmc::ItemChange::Kind::resolve) {
      found->item.open = false;
      found->item.ended_at = ended_at;
    }
    desk_.after_change();
    return {found->item, {}};
  }
  std::vector<itsmc::ConfigItem> find_ci(const itsmc::CiQuery& query, std::stop_token) override {
    std::vector<itsmc::ConfigItem> found;
    for (const auto& item : desk_.config_items) {
      if (item.name == query.name) found.push_back(item);
    }
    return found;
  }
  itsmc::partners::PlannedRequest plan_ci(const itsmc::CiDraft& draft, std::stop_token) override {
    return {"POST", "https://desk.example/cis", draft.name};
  }
  itsmc::partners::CiWritten create_ci(const itsmc::CiDraft& draft, std::stop_token) override {
    desk_.config_items.push_back({.id = "ci-" + draft.name, .name = draft.name, .klass = "server"});
    return {desk_.config_items.back(), false, {}};
  }
  std::vector<itsmc::ItemTemplate> templates(std::stop_token) override { return {}; }
  const itsmc::http::Traffic& traffic() const noexcept override { return traffic_; }

  std::optional<itsmc::Timestamp> ended_at;

 private:
  void count(int& calls) {
    const std::lock_guard one_at_a_time(desk_.turn);
    ++calls;
  }
  itsmc::FoundItem add(const itsmc::ItemDraft& draft) {
    const std::lock_guard one_at_a_time(desk_.turn);
    const std::string number = fmt::format("INC{}", desk_.items.size() + 1);
    desk_.items.push_back({.item = {.id = "id-" + number, .number = number},
                           .key = draft.correlation_id,
                           .draft = draft,
                           .notes = {}});
    return desk_.items.back().item;
  }

  FakeDesk& desk_;
  itsmc::http::Traffic traffic_;
};
