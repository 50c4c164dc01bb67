// What fills and changes a management group from outside: control, faults, the command line.
#pragma once
#include <string>
#include <vector>

#include "scsm/group.hpp"
#include "shared/item.hpp"
#include "shared/orders.hpp"

namespace itsmc::sim::scsm {

// The configuration item that every group has and that is about to be deleted (trap 13).
inline constexpr const char* k_deleted_item = "22222222-0000-4000-8000-00000000dead";

// All of these: call under the group's unique lock.

void add_base(Group& group);
// Numbers of items are kept; labels, people and configuration items are taken over.
void add_items(Group& group, const std::vector<Item>& items);
// The same of items whose labels are generate_items()'s: they get the built-in values.
void add_generated(Group& group, std::vector<Item> items);

void put_row(Group& group, const PutOrder& order);
std::vector<std::string> touch_rows(Group& group, const ChangeOrder& order);
std::vector<std::string> create_rows(Group& group, const ChangeOrder& order);
std::vector<std::string> delete_rows(Group& group, const ChangeOrder& order);

// Whether work on it goes on: neither it nor what it stands below is an end.
bool is_open(const WorkItem& row);

}  // namespace itsmc::sim::scsm
