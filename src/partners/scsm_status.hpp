#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace itsmc::partners::scsm {

/// A member of one of Service Manager's lists. The id never changes; the name is the management
/// pack's; the display name is in the language of whoever asks, so nothing is decided by it.
struct ListMember {
  std::string id, name, display_name, parent;  // parent: an id or a name; empty: of the list itself
};

/// Which statuses mean that the work is over. Immutable once it is used; any thread.
class StatusRule {
 public:
  /// Knows the product's own statuses.
  StatusRule() = default;
  /// Knows an instance's list, too: an administrator's own member is over when one above it is
  /// (its name is often "Enum." and a number).
  explicit StatusRule(const std::vector<ListMember>& members);

  /// True for Closed, Completed and Cancelled, by id or by name, and for what stands below them.
  /// Unknown statuses are not over, nor are "Resolved" and "Failed": somebody still closes those,
  /// or takes the work up again.
  [[nodiscard]] bool is_over(std::string_view id, std::string_view name,
                             std::string_view parent) const;

 private:
  std::vector<std::string> over_, open_;  // ids of the instance's list
};

}  // namespace itsmc::partners::scsm
