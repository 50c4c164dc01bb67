// What the standard controls of a product order: put, remove, touch, create, delete.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "shared/item.hpp"
#include "shared/message.hpp"

namespace itsmc::sim {

// put: this row, created or replaced.
struct PutOrder {
  ItemType type = ItemType::incident;
  std::string id;
  std::int64_t updated_ms = 0;
  std::string title;
  bool hidden = false;
};

// touch, create, delete: `count` rows chosen by the seed; `at_ms` is their new time.
struct ChangeOrder {
  ItemType type = ItemType::incident;
  std::uint64_t count = 1;
  std::int64_t at_ms = 0;
  std::uint64_t seed = 1;
};

// A control's parameters: members of a JSON body, else of the query. Absent: the default; a time
// that is absent is `now_ms`. Throw std::runtime_error for what cannot be read; a product answers
// that with 400.
PutOrder put_order(const Request& request, std::int64_t now_ms);
ChangeOrder change_order(const Request& request, std::int64_t now_ms);
// The type that type= names; incident when it is absent.
ItemType type_order(const Request& request);
// id= of remove.
std::string id_order(const Request& request);
// {"count":2,"ids":["..",".."]}
Reply ids_reply(const std::vector<std::string>& ids);

}  // namespace itsmc::sim
