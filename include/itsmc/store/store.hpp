#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/item_filter.hpp"
#include "itsmc/core/sync_report.hpp"
#include "itsmc/core/work_item.hpp"
#include "itsmc/store/sql_rows.hpp"

namespace itsmc::store {

struct StreamKey {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

/// The instance that a connection's rows came from.
struct Origin {
  std::string partner, url;
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct Lane {
  std::string cursor;
  bool done = false;
  friend bool operator==(const Lane&, const Lane&) = default;
};

/// A walk that is under way: saved with every page, so that a kill costs nothing.
struct WalkState {
  bool by_key = false;
  bool marks_missing = false;  // --full: what is not seen has disappeared
  Timestamp from{};
  std::optional<Timestamp> until;
  Timestamp started{};  // the partner's clock when the walk began
  std::vector<Lane> lanes;
  friend bool operator==(const WalkState&, const WalkState&) = default;
};

/// Where a stream stands. `complete_until`: every change before it is in the store; absent before
/// the first load has ended.
struct Position {
  std::string fingerprint;
  std::optional<Timestamp> complete_until;
  std::optional<WalkState> walk;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Applied {
  std::int64_t created = 0, updated = 0, unchanged = 0;
  [[nodiscard]] std::int64_t rows() const noexcept { return created + updated + unchanged; }
};

/// One page on its way into the store, and where its lane stands afterwards. `reading`: what a run
/// read before and now finds as it was is not counted `again`.
struct PageCommit {
  const WorkItemBatch& items;
  std::size_t lane = 0;
  Lane after;
  std::int64_t hidden = 0;
  enum class Reading : std::uint8_t { first, again } reading = Reading::first;
};

struct StreamStatus {
  StreamKey stream;
  std::optional<Timestamp> last_success;
  std::int64_t rows = 0, open = 0;
  std::string last_status, last_error;
  std::optional<Timestamp> last_ended;  // absent: no run, or it is still going
  Position position;
};

/// The number of a change: every changed row takes the next one. 0: before the first.
using ChangeSeq = std::int64_t;

/// A row that a destination refuses for good: kept aside, not in the way of the rest.
struct Rejected {
  StreamKey stream;
  std::string id;  // the product's own
  ChangeSeq change = 0;
  std::string reason;  // the destination's own words
  Timestamp at{};
};

/// What goes with a connection that is purged: its rows (deleted ones too), and the notes of work
/// items that we made there.
struct Purged {
  std::int64_t rows = 0, creations = 0;
};

enum class OpenMode { read_write, read_only };

enum class Visit { go_on, stop };

/// The local copy, one SQLite file in WAL mode. One object, one thread; many processes may share
/// the file. Throws Error: damaged (not our file, newer version, corrupt), storage (disk full, not
/// writable), locked (another process writes for longer than 10 s).
class Store {
 public:
  /// Makes the file and its directory (read_write), checks it, migrates it. read_only on a missing
  /// file gives an empty store.
  Store(const std::filesystem::path& file, OpenMode mode);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  // --- syncing
  [[nodiscard]] std::optional<Position> position(const StreamKey& stream) const;
  /// Replaces the stream's position in one transaction. A walk that marks starts with nothing seen.
  void begin_walk(const StreamKey& stream, const Position& position);
  /// One transaction: upsert what differs (new change_seq), note what was seen, move the lanes, add
  /// to the run's counters. After it the pages are safe; those of one lane come in its order.
  Applied apply(const StreamKey& stream, std::int64_t run, std::span<const PageCommit> pages);
  Applied apply(const StreamKey& stream, std::int64_t run, const PageCommit& page);
  /// What `apply` would count; writes nothing.
  [[nodiscard]] Applied preview(const StreamKey& stream, const WorkItemBatch& items) const;
  /// Ends the walk: marks what it did not see (if it marks), sets complete_until, drops the walk.
  /// One transaction. Returns how many rows were marked deleted.
  std::int64_t finish_walk(const StreamKey& stream, std::int64_t run, Timestamp complete_until,
                           Timestamp now);

  /// A new line of the ledger for each stream of a run; the same `run_id` ties them together.
  std::int64_t begin_run(const std::string& run_id, const StreamKey& stream, Timestamp started);
  void end_run(std::int64_t run, const StreamReport& report, Timestamp ended);
  /// A line that has ended gets the report's status and error: what became of the sending is known
  /// only then. Before the line itself is sent.
  void amend_run(std::int64_t run, const StreamReport& report);
  /// Lines that a killed process left "running" become "interrupted". Under the run lock only.
  void close_abandoned_runs(Timestamp now);

  // --- looking
  /// Calls `visit` for each match, in order. Returns how many match in all (limit ignored).
  std::int64_t list(const ItemFilter& filter,
                    const std::function<void(const StoredItem&)>& visit) const;
  /// By id or number, at most `limit` matches in all connections (or the one named).
  void find(std::string_view id_or_number, std::string_view connection,
            const std::function<void(const StoredItem&)>& visit) const;
  [[nodiscard]] std::vector<SummaryLine> summary(const ItemFilter& filter) const;
  [[nodiscard]] std::vector<StreamStatus> status() const;
  /// The newest first.
  [[nodiscard]] std::vector<LedgerLine> history(const LedgerFilter& filter) const;
  /// One read-only statement; anything that writes is Error(usage). Sees the view ServiceDesk_CL.
  void query(const std::string& sql, const SqlReceiver& receiver) const;

  // --- what a destination is owed: the rows that changed after its mark
  /// The mark: everything up to it is acknowledged. 0 for a destination that is new to the stream.
  [[nodiscard]] ChangeSeq acknowledged(const std::string& destination,
                                       const StreamKey& stream) const;
  /// The rows that changed after `after`, the oldest change first, until `visit` says stop. A short
  /// read, not a snapshot over the whole: call it again with the last change seen.
  void owed(const StreamKey& stream, ChangeSeq after,
            const std::function<Visit(ChangeSeq, const StoredItem&)>& visit) const;
  [[nodiscard]] std::int64_t count_owed(const std::string& destination,
                                        const StreamKey& stream) const;
  /// One transaction: moves the mark to `up_to` (never back), keeps `rejected` aside, forgets what
  /// was kept aside of rows that were acknowledged since.
  void acknowledge(const std::string& destination, const StreamKey& stream, ChangeSeq up_to,
                   std::span<const Rejected> rejected, std::span<const std::string> taken);
  /// Everything is owed again: the mark goes to 0. Returns how many rows.
  std::int64_t owe_everything(const std::string& destination, const StreamKey& stream);
  [[nodiscard]] std::vector<Rejected> rejected(const std::string& destination) const;
  /// The row as it is now; nothing when it is gone.
  void row(const StreamKey& stream, std::string_view id,
           const std::function<void(ChangeSeq, const StoredItem&)>& visit) const;
  /// Marks and rejected rows of a destination that is removed.
  void forget_destination(const std::string& destination);
  /// Ended ledger lines that the destination's log has not got yet, the oldest first.
  [[nodiscard]] std::vector<std::pair<std::int64_t, LedgerLine>> owed_lines(
      const std::string& destination, const StreamKey& stream, std::int64_t limit) const;
  void acknowledge_lines(const std::string& destination, const StreamKey& stream,
                         std::int64_t up_to_run);

  // --- whose rows they are
  /// Absent: nothing was synced yet, or only by an itsmc that kept no origins.
  [[nodiscard]] std::optional<Origin> origin(const std::string& connection) const;
  void remember_origin(const std::string& connection, const Origin& origin);
  /// All rows of a connection, deleted ones too.
  [[nodiscard]] std::int64_t rows_of(const std::string& connection) const;

  /// Removes rows, positions, ledger lines, origin and notes of creations of a connection.
  Purged purge(const std::string& connection);
  /// What `purge` would remove.
  [[nodiscard]] Purged purgeable(const std::string& connection) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace itsmc::store
