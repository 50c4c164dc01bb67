// What fills an instance: base rows, neutral work items.
#pragma once
#include <vector>

#include "cherwell/site.hpp"
#include "shared/item.hpp"

namespace itsmc::sim::cherwell {

TypeNumber type_number(const Site& site, ItemType type);
// The integration's customer and a few CIs.
void add_base_rows(Site& site);
// Recorded items: labels and numbers are kept, an unknown label is added to the field's list, an
// unknown CI becomes a computer.
void add_items(Site& site, const std::vector<Item>& items);
// Generated items in this product's words: states and priorities of its own, numbers without
// letters, a quarter of the incidents without ShortDescription.
void add_generated(Site& site, const std::vector<Item>& items);
// A new row with the product's defaults.
Record plain_record(const Site& site, TypeNumber type, std::string rec_id, std::int64_t updated);

}  // namespace itsmc::sim::cherwell
