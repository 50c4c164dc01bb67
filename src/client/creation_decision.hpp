#pragma once

#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/creation.hpp"
#include "itsmc/store/creations.hpp"

namespace itsmc::client {

/// What is known of the last item that was made for a key: by the partner, or, where the partner
/// shows nothing, by our own note.
struct LastItem {
  int again = 1;  // 1: of the key itself; 2: of "key~2"...
  FoundItem item;
  std::vector<store::AttachedAlert> alerts;  // that it stands for
};

struct Decision {
  enum class What : std::uint8_t { create, exists, add, resolve, comment, nothing };
  What what = What::nothing;
  int again = 1;        // create: which one of the key
  std::string follows;  // create: the number of the ended item before it
};

/// What is to be done about a request. Pure. Alerts' times are Azure's, items' the partner's.
[[nodiscard]] Decision decide(const CreationRequest& request, const std::optional<LastItem>& last);

/// What is to be noted of the request's alert, once `status` is reached; absent: nothing new.
[[nodiscard]] std::optional<store::AttachedAlert> attachment(const CreationRequest& request,
                                                             const std::optional<LastItem>& last,
                                                             CreationStatus status);

/// The key of the n-th item: "key", "key~2"...
[[nodiscard]] std::string key_again(const std::string& key, int again);

}  // namespace itsmc::client
