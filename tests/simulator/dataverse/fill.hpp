// What fills and changes the organisation from outside: base rows, items, orders of the control
// endpoint. Call it alone (organisation.lock).
#pragma once
#include "dataverse/site.hpp"
#include "shared/item.hpp"
#include "shared/orders.hpp"

namespace itsmc::sim::dataverse {

// The integration user, roles, a team, a customer.
void add_base_rows(Site& site);
// Rows of both profiles from neutral items: incidents into `incidents` and `x_incidents` under one
// id, changes into `x_changerequests`. States, choices and people that the organisation lacks are
// added, as an administrator would have done.
void add_items(Site& site, const std::vector<Item>& items);

// One item into one table under that id, created or replaced.
void put_item(Site& site, Table& table, const Item& item, const Guid& id);
// The id that add_items gives an item.
Guid id_of(const Item& item);

// `count` rows of the table, chosen by the seed.
std::vector<Guid> chosen_rows(const Table& table, std::uint64_t count, std::uint64_t seed);
// Moves those rows, where they are there, to that moment.
void set_modified(Organisation& organisation, Table& table, const std::vector<Guid>& ids,
                  std::int64_t at);

// The tables that hold items of that type, the one that truth shows first.
std::vector<Table*> tables_of(Organisation& organisation, ItemType type);

}  // namespace itsmc::sim::dataverse
