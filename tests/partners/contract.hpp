#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "itsmc/partners/partner.hpp"
#include "support/fake_clock.hpp"

namespace itsmc::test {

/// A work item as the instance has it.
struct TruthRow {
  std::string id;
  Timestamp updated{};  // whole seconds
  std::string title;
  bool hidden = false;  // access rules keep it from the user
};

/// What an instance does wrong, once each time it is ordered.
enum class Fault {
  refuse_token,      // 401, though the token is good
  expire_token,      // the token is dead from now on; a new sign-in works
  throttle_seconds,  // 429, Retry-After: 7
  throttle_date,     // 429, Retry-After: an HTTP date 9 s ahead
  cut_connection,    // no answer after the headers
  oversized_page,    // more rows than asked for
  empty_page,        // a page without rows, though there are some
};

/// An instance of a product with a truth that the suite can fill, change and break. Everything in
/// it speaks the product's protocol: the partner under test is the real one.
class Instance {
 public:
  virtual ~Instance() = default;
  /// The type of its rows.
  [[nodiscard]] virtual WorkItemType type() const = 0;
  /// Whether the product lets rows be counted that access rules keep back.
  [[nodiscard]] virtual bool counts_hidden() const = 0;
  /// The n-th id (n < 10,000): distinct, ascending in the partner's order of keys.
  [[nodiscard]] virtual std::string id(int n) const = 0;
  virtual void put(const TruthRow& row) = 0;
  virtual void remove(const std::string& id) = 0;
  /// The next page request meets the fault.
  virtual void order(Fault fault) = 0;
  /// Called after each page that was served, with their number so far.
  virtual void after_page(std::function<void(int)> callback) = 0;
  /// A partner with the same kept sign-in; pages of at most `max_page_size`.
  [[nodiscard]] virtual std::unique_ptr<partners::Partner> open(int max_page_size) = 0;
  [[nodiscard]] virtual FakeClock& clock() = 0;
};

/// What a walk brought.
struct Walked {
  std::map<std::string, TruthRow> rows;      // the last version of each
  std::vector<std::vector<TruthRow>> lanes;  // as they came
  std::int64_t hidden = 0;
  int pages = 0;
};

using MakeInstance = std::function<std::unique_ptr<Instance>()>;

/// What every partner must do, whatever its product: called from one TEST_CASE of each partner and
/// type. Walks by key are for partners whose first load goes by key.
void check_partner_contract(const MakeInstance& make);

/// Fetches every lane to its end, one after the other.
[[nodiscard]] Walked walk_all(partners::Partner& partner, const partners::Walk& walk, int lanes);

}  // namespace itsmc::test
