#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/partners/intake.hpp"
#include "partners/sim_world.hpp"

namespace itsmc::test {

/// A work item as the simulator has it: one line of its control `tickets?type=T`.
struct Ticket {
  std::string id, number, correlation_id, title, description;
  bool open = true;
  std::vector<std::string> config_items;  // ids
  std::vector<std::string> notes;         // comments, work notes, journals; the resolution's too
};

/// A configuration item as the simulator has it: the control `ci/put` takes it, `ci/truth` tells
/// one in each line. `life` is "active", "retired" or "duplicate".
struct CiTruth {
  std::string id, name, fqdn, ip, klass, life = "active";
};

/// What goes wrong with the next write, or with every read where it says so.
enum class WriteFault {
  lost_answer,      // the item is made, then the connection is cut
  throttled,        // 429 once, before anything is made
  nothing_made,     // success, but there is no item
  dropped_field,    // IntakeWish::dropped is passed over in silence
  changed_field,    // a rule of the instance gives IntakeWish::changed another value
  resolve_refused,  // the instance does not let the item be resolved
  find_refused,     // the user may not read what carries the correlation id
};

/// What the suite must know of a product and a type.
struct IntakeWish {
  WorkItemType type = WorkItemType::incident;
  /// Complete and right, but for the correlation id. It has a title and a description.
  ItemDraft draft;
  /// A field of the product that can be set, and a value that it takes; for the two faults.
  std::pair<std::string, std::string> dropped, changed;
  /// The fault's text for SimWorld::fault, without a count; empty: the product cannot do that.
  std::function<std::string(WriteFault)> fault;
  /// Whether this request can change anything in the product. Sign-ins are left out before.
  std::function<bool(const std::string& method, const std::string& target)> writes =
      [](const std::string& method, const std::string&) { return method != "GET"; };
  /// A choice field of the draft: "urgency", or "severity"; and a label of one of its values.
  std::string choice_field = "urgency", valid_choice;
  bool idempotent = false;  // the product itself makes a repeat harmless
  bool links_items = true;  // the items carry configuration items
  bool has_items = true;    // the product has configuration items
  bool finds_fqdn = true;   // its configuration items have an fqdn
  std::string ci_class, ci_id = "c0ffee00c0ffee00c0ffee00c0ffee0";  // + one hex digit
  /// Opens the intake over the world's wire; empty: as the registry opens it.
  std::function<std::unique_ptr<partners::Intake>(SimWorld&)> open;
};

using MakeWorld = std::function<std::unique_ptr<SimWorld>()>;

/// What every partner's intake must do: called from one TEST_CASE of each partner and type. The
/// simulator's controls `tickets`, `ci/put` and `ci/truth` are its truth.
void check_intake_contract(const MakeWorld& make, const IntakeWish& wish);

[[nodiscard]] std::unique_ptr<partners::Intake> open_intake(SimWorld& world,
                                                            const IntakeWish& wish);
[[nodiscard]] std::vector<Ticket> tickets(SimWorld& world, WorkItemType type);
void put_ci(SimWorld& world, const CiTruth& item);
[[nodiscard]] std::vector<CiTruth> config_items(SimWorld& world);
/// The requests so far that could change something, as bodies and targets of the journal.
struct SentWrite {
  std::string method, target, body;
};
[[nodiscard]] std::vector<SentWrite> sent_writes(SimWorld& world, const IntakeWish& wish);

}  // namespace itsmc::test
