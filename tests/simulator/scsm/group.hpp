// The management group: work items and configuration items, and how they are found.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "scsm/enums.hpp"
#include "shared/item.hpp"

namespace itsmc::sim::scsm {

struct ConfigItem {
  std::string base_id, class_name, display, principal;
  const EnumValue* status = nullptr;
};

// A work item with its relationships. Empty text and nullptr: the member is null.
struct WorkItem {
  std::string base_id, number;
  ItemType type = ItemType::incident;
  std::int64_t modified_ms = 0;
  std::string title, description;
  std::optional<std::int64_t> created_ms, closed_ms, resolved_ms;
  const EnumValue* status = nullptr;
  const EnumValue* urgency = nullptr;
  const EnumValue* impact = nullptr;
  std::optional<std::int64_t> priority;  // incidents: a number (scsm reference 6, trap 6)
  const EnumValue* change_priority = nullptr;
  const EnumValue* source = nullptr;
  const EnumValue* category = nullptr;  // incidents: the classification
  const EnumValue* queue = nullptr;
  const EnumValue* risk = nullptr;
  std::string created_by, assigned_to, affected_user, resolved_by, closed_by;  // display names
  const ConfigItem* config_item = nullptr;
  std::vector<const ConfigItem*> more_items;  // affected too
  std::string external_id;                    // what it was created with; never shown
  std::string resolution;                     // ResolutionDescription
  std::vector<std::string> comments;          // analyst comments
  std::optional<std::int64_t> scheduled_start_ms, scheduled_end_ms;
  bool hidden = false;  // outside the account's scope: never listed
};

// Where a row stands in the order of pages.
struct Place {
  std::int64_t modified_ms;
  std::string base_id;
  auto operator<=>(const Place&) const = default;
};

// All work items of one type. Rows never move.
class Shelf {
 public:
  // Takes the row in, in the place of one with the same base id.
  void put(WorkItem row);
  bool remove(std::string_view base_id);
  // nullptr when there is none.
  [[nodiscard]] const WorkItem* find(std::string_view base_id) const;
  // The row whose display id is that; nullptr when there is none.
  [[nodiscard]] const WorkItem* by_number(std::string_view number) const;
  // Many rows at once: put() each, then settle() once.
  void put_unsorted(WorkItem row);
  void settle();
  // Every row by (lastModified, base id).
  [[nodiscard]] const std::vector<const WorkItem*>& ordered() const { return ordered_; }
  // The first row that is not before `place` / the first behind it.
  [[nodiscard]] std::size_t first_from(std::int64_t modified_ms) const;
  [[nodiscard]] std::size_t first_behind(const Place& place) const;

 private:
  void leave_order(const WorkItem& row);

  std::map<std::string, std::unique_ptr<WorkItem>, std::less<>> rows_;
  std::map<std::string, const WorkItem*, std::less<>> numbers_;
  std::vector<const WorkItem*> ordered_;
};

// A group IS everything that the management server holds. Readers hold `lock` shared, writers
// unique and call touched() before they let go.
class Group {
 public:
  [[nodiscard]] Shelf& shelf(ItemType type) {
    return type == ItemType::incident ? incidents_ : changes_;
  }
  [[nodiscard]] const Shelf& shelf(ItemType type) const {
    return type == ItemType::incident ? incidents_ : changes_;
  }
  // Of either type, by GUID or display id; nullptr when there is none.
  [[nodiscard]] const WorkItem* find(std::string_view id) const;
  // "IR1001": the next display id.
  std::string next_number(ItemType type);

  const ConfigItem& add_config_item(ConfigItem item);
  [[nodiscard]] const ConfigItem* find_config_item(std::string_view base_id) const;
  // Only while no work item has one.
  void forget_config_items() {
    config_items_.clear();
    config_names_.clear();
  }
  // The active one that people call so, made when it is not there; nullptr for no name.
  const ConfigItem* take_over_config_item(const std::string& display);
  [[nodiscard]] const std::map<std::string, ConfigItem, std::less<>>& config_items() const {
    return config_items_;
  }

  void touched() { ++revision_; }
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

  mutable std::shared_mutex lock;
  EnumLists enums;

 private:
  Shelf incidents_, changes_;
  std::map<std::string, ConfigItem, std::less<>> config_items_;  // by base id
  std::map<std::string, const ConfigItem*, std::less<>> config_names_;
  std::int64_t last_number_ = 1000;
  std::atomic<std::uint64_t> revision_{0};
};

}  // namespace itsmc::sim::scsm
