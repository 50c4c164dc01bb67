#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/client/connections.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/item_draft.hpp"

namespace itsmc::client {

/// What happens to the work item of an alert that is over.
enum class OnResolve : std::uint8_t { resolve, comment, nothing };

/// A work item that is to be there, or to be ended. A value.
struct CreationRequest {
  enum class Occasion : std::uint8_t { opened, over };
  /// What the same key means when its item has ended: still that item, or, for what happened after
  /// the end, a new one that names it.
  enum class Again : std::uint8_t { same_item, new_item };
  /// What a second alert means for an open item: nothing, or that it is added to it.
  enum class Gathering : std::uint8_t { one_alert, many_alerts };

  /// Whether somebody asked for urgency, impact and severity, or an alert's severity was
  /// translated: then what this instance does not know is left out, with a warning.
  enum class Weights : std::uint8_t { asked, guessed };

  ItemDraft draft;  // correlation_id: the key, any text; empty: one of its own
  std::vector<CiQuery> cis;
  std::string alert_id, rule;         // empty: not from an alert
  std::optional<Timestamp> fired_at;  // when the alert began
  Occasion occasion = Occasion::opened;
  Again again = Again::same_item;
  Gathering gathering = Gathering::one_alert;
  Weights weights = Weights::asked;
  OnResolve on_resolve = OnResolve::resolve;
  std::string note;                                              // what is written when it is over
  std::vector<std::pair<std::string, std::string>> resolve_set;  // over the partner's own
};

enum class CreationStatus : std::uint8_t {
  created,
  updated,
  resolved,
  already_exists,
  nothing_to_resolve,
  dry_run,
  failed
};
[[nodiscard]] std::string_view to_string(CreationStatus status) noexcept;

struct CreationReport {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  std::string id, number, url;
  CreationStatus status = CreationStatus::failed;
  std::string correlation_id;
  std::vector<std::string> warnings;
  std::optional<Error> error;  // failed only
  std::string request;         // dry_run: "POST https://..." and the body, or what would be done
};

/// What it takes to be sent as it is: 1 to 90 of letters, digits and "._:-" (the rest of 100 is for
/// "~2", "~3" of alerts that fire again). Any other key becomes "h:" and 32 hex digits of its hash.
[[nodiscard]] std::string correlation_id_of(std::string_view key);

enum class Sending : std::uint8_t { real, dry_run };

/// Makes work items at one connection. Holds the connection's creation lock while one is made: two
/// processes of one machine never make the same twice. One thread. The platform outlives it.
class Creator {
 public:
  Creator(const Platform& platform, const Connection& connection, const GivenSecrets& secrets);
  Creator(Creator&&) noexcept;
  ~Creator();

  /// A failure is in the report; throws only Error(cancelled), (locked), (auth), what makes the
  /// store unusable, and why the instance could not be asked what it has, after all tries: then
  /// nothing that follows could do better.
  CreationReport perform(const CreationRequest& request, Sending sending);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// 0; 6 when some failed; the kind of the first failure when all did.
[[nodiscard]] int exit_code(const std::vector<CreationReport>& reports) noexcept;

/// `ci find`: every match.
[[nodiscard]] std::vector<ConfigItem> find_ci(const Platform& platform,
                                              const Connection& connection, const CiQuery& query);

/// `ci create`: made only when there is no match.
struct CiReport {
  enum class Status : std::uint8_t { created, exists, ambiguous, dry_run } status = Status::dry_run;
  ConfigItem item;
  std::vector<ConfigItem> matches;
  std::vector<std::string> warnings;
  std::string request;  // dry_run
};
[[nodiscard]] std::string_view to_string(CiReport::Status status) noexcept;
CiReport create_ci(const Platform& platform, const Connection& connection, const CiDraft& draft,
                   Sending sending);

/// Templates of the partner, as asked now or kept from before.
struct Templates {
  std::vector<ItemTemplate> all;
  Timestamp asked_at{};
  std::string none_because;  // of a product that has no templates
};
enum class Refresh : std::uint8_t { when_absent, always };
[[nodiscard]] Templates list_templates(const Platform& platform, const Connection& connection,
                                       Refresh refresh);
/// The templates that are kept from before, of a connection; asks nobody. None: never asked.
[[nodiscard]] std::vector<ItemTemplate> kept_templates(const Platform& platform,
                                                       const std::string& connection);

}  // namespace itsmc::client
