#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/core/table_profile.hpp"
#include "itsmc/core/work_item.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::partners {

/// Text that only the partner reads: where a lane stands.
using Cursor = std::string;

/// Work items whose updated_at lies in [from, until); no until: open ended. The partner's clock.
struct Window {
  Timestamp from{};
  std::optional<Timestamp> until;
};

/// by_key: in the order of ids, stable while rows change. by_time: oldest change first in each
/// lane. Lanes may be read side by side; without an upper end of the window, by_time has one.
enum class Order : std::uint8_t { by_key, by_time };

/// A walk through a window. Lanes are independent sequences of pages: within one, page n+1 is asked
/// for with the cursor of page n; together they give every row of the window.
struct Walk {
  WorkItemType type = WorkItemType::incident;
  Window window;
  Order order = Order::by_time;
};

struct Page {
  WorkItemBatch items;
  Cursor next;              // where the lane goes on; meaningful unless last
  bool last = false;        // the lane is done
  std::int64_t hidden = 0;  // rows that access rules keep back, of those this page walked over
  std::optional<std::int64_t> remaining;  // rows still to come in this lane, when the partner said
};

/// What a stream's opening told: the partner's clock, and words for people.
struct Opening {
  Timestamp served_at{};
  std::vector<std::string> warnings;
  /// How the instance is set up, as far as rows are the poorer for it: said when a window is read
  /// anew (what changes it changes the fingerprint), not at every run. `examine` says it, too.
  std::vector<std::string> facts;
};

/// One instance of a product. Everything that differs between products stops here. `fetch` may be
/// called from several threads at once (one for each lane); the rest from one.
class Partner {
 public:
  virtual ~Partner() = default;

  /// Everything `connection test` asks after the door is open: sign-in, version, roles, read access
  /// per type, write, ci, time-zone, rate-limit, then the partner's own. A failed line is a value;
  /// what can no longer be asked is `skipped`. Throws only Error(cancelled).
  [[nodiscard]] virtual std::vector<Check> examine(std::stop_token stop) = 0;

  /// Signs in (cheap when a token is kept), reads choice lists: once a run, before the first page.
  virtual Opening open_stream(WorkItemType type, std::stop_token stop) = 0;
  /// Changes when what a row says could change without the row changing: field list, table, url.
  [[nodiscard]] virtual std::string fingerprint(WorkItemType type) const = 0;
  [[nodiscard]] virtual Order first_load_order(WorkItemType type) const = 0;
  /// The start cursors of a walk: at most `wanted`, one for by_time without an upper end.
  [[nodiscard]] virtual std::vector<Cursor> lanes(const Walk& walk, int wanted) const = 0;
  /// The next page of a lane. A row may come twice, none is left out. A page that is not complete
  /// JSON with a result and without an error throws; a row that cannot be mapped is
  /// Error(protocol) naming its id and field.
  virtual Page fetch(const Walk& walk, const Cursor& cursor, std::stop_token stop) = 0;

  /// Ends the session where the product counts licences; forgets nothing itself.
  virtual void sign_out(std::stop_token stop) = 0;
  [[nodiscard]] virtual const http::Traffic& traffic() const noexcept = 0;
  /// The partner's clock by its last answer; ours when it has not answered yet.
  [[nodiscard]] virtual Timestamp served_at() const = 0;
};

/// Secrets for one connection, asked for only when needed.
struct Credentials {
  Secret client_secret;
  std::function<std::optional<Secret>()> password;
};

struct PartnerOptions {
  int max_page_size = 5000;
  http::RetryPolicy retry;
  TableProfile profile{};  // provance: where the work items lie
};

class Intake;

/// One row per partner in registry.cpp; no self-registration.
struct PartnerEntry {
  PartnerKind kind;
  std::unique_ptr<Partner> (*open)(const Connection&, const Credentials&, const http::Wire&,
                                   const PartnerOptions&);
  http::OAuthOptions (*sign_in)(const Connection&, const Credentials&);
  /// How long a refresh token lives unless the instance's administrator chose otherwise.
  std::chrono::seconds refresh_lifetime;
  /// `connection profile`: a table map made from the instance's metadata. Null where the tables are
  /// the product's own.
  ProfileDraft (*draft_profile)(const Connection&, const Credentials&, const http::Wire&,
                                const std::stop_token&) = nullptr;
  /// Where work items are made. Null when that is not built for this partner.
  std::unique_ptr<Intake> (*open_intake)(const Connection&, const Credentials&, const http::Wire&,
                                         const PartnerOptions&) = nullptr;
  /// What Partner::sign_out gives back; empty: nothing.
  std::string_view given_back = {};
  /// Why the product has no templates, and what stands for them; empty: it has some.
  std::string_view no_templates = {};
};
/// Absent when this partner's sync is not built.
[[nodiscard]] const PartnerEntry* find_partner(PartnerKind kind) noexcept;

}  // namespace itsmc::partners
