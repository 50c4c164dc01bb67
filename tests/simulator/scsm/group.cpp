#include "scsm/group.hpp"

#include <algorithm>
#include <tuple>

namespace itsmc::sim::scsm {
namespace {

bool before(const WorkItem* left, const WorkItem* right) {
  return std::tie(left->modified_ms, left->base_id) < std::tie(right->modified_ms, right->base_id);
}

}  // namespace

void Shelf::leave_order(const WorkItem& row) {
  const auto at = std::lower_bound(ordered_.begin(), ordered_.end(), &row, before);
  if (at != ordered_.end() && *at == &row) ordered_.erase(at);
  numbers_.erase(row.number);
}

void Shelf::put(WorkItem row) {
  const auto found = rows_.find(row.base_id);
  if (found != rows_.end()) leave_order(*found->second);
  std::unique_ptr<WorkItem>& kept = rows_[row.base_id];
  if (kept)
    *kept = std::move(row);
  else
    kept = std::make_unique<WorkItem>(std::move(row));
  ordered_.insert(std::lower_bound(ordered_.begin(), ordered_.end(), kept.get(), before),
                  kept.get());
  numbers_[kept->number] = kept.get();
}

void Shelf::put_unsorted(WorkItem row) {
  const std::string id = row.base_id;
  rows_[id] = std::make_unique<WorkItem>(std::move(row));
}

void Shelf::settle() {
  ordered_.clear();
  numbers_.clear();
  for (const auto& [id, row] : rows_) {
    ordered_.push_back(row.get());
    numbers_[row->number] = row.get();
  }
  std::sort(ordered_.begin(), ordered_.end(), before);
}

bool Shelf::remove(std::string_view base_id) {
  const auto found = rows_.find(base_id);
  if (found == rows_.end()) return false;
  leave_order(*found->second);
  rows_.erase(found);
  return true;
}

const WorkItem* Shelf::find(std::string_view base_id) const {
  const auto found = rows_.find(base_id);
  return found == rows_.end() ? nullptr : found->second.get();
}

const WorkItem* Shelf::by_number(std::string_view number) const {
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? nullptr : found->second;
}

std::size_t Shelf::first_from(std::int64_t modified_ms) const {
  const auto at = std::partition_point(
      ordered_.begin(), ordered_.end(),
      [modified_ms](const WorkItem* row) { return row->modified_ms < modified_ms; });
  return static_cast<std::size_t>(at - ordered_.begin());
}

std::size_t Shelf::first_behind(const Place& place) const {
  const auto at =
      std::partition_point(ordered_.begin(), ordered_.end(), [&place](const WorkItem* row) {
        return std::tie(row->modified_ms, row->base_id) <=
               std::tie(place.modified_ms, place.base_id);
      });
  return static_cast<std::size_t>(at - ordered_.begin());
}

const WorkItem* Group::find(std::string_view id) const {
  for (const Shelf* shelf : {&incidents_, &changes_}) {
    if (const auto* row = shelf->find(id)) return row;
    if (const auto* row = shelf->by_number(id)) return row;
  }
  return nullptr;
}

std::string Group::next_number(ItemType type) {
  return (type == ItemType::incident ? "IR" : "CR") + std::to_string(++last_number_);
}

const ConfigItem& Group::add_config_item(ConfigItem item) {
  ConfigItem& kept = config_items_[item.base_id];
  kept = std::move(item);
  config_names_[kept.display] = &kept;
  return kept;
}

const ConfigItem* Group::find_config_item(std::string_view base_id) const {
  const auto found = config_items_.find(base_id);
  return found == config_items_.end() ? nullptr : &found->second;
}

const ConfigItem* Group::take_over_config_item(const std::string& display) {
  if (display.empty()) return nullptr;
  const auto known = config_names_.find(display);
  if (known != config_names_.end()) return known->second;
  return &add_config_item({guid_of("ci/" + display), "Microsoft.Windows.Computer", display, display,
                           enums.object_status.find("Active")});
}

}  // namespace itsmc::sim::scsm
