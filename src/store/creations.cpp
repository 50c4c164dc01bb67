#include "itsmc/store/creations.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "store/impl.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"

namespace itsmc::store {
namespace {

constexpr std::string_view k_columns =
    "connection, type, correlation_id, state, rule, noted_at, id, number, url";
constexpr std::array<std::string_view, 3> k_states{"sending", "made", "resolved"};
// An alert that fires this often again was never resolved by anybody.
constexpr int k_most_again = 10'000;

std::string_view to_string(Creation::State state) {
  return k_states.at(static_cast<std::size_t>(state));
}

Creation::State parse_state(std::string_view word) {
  for (std::size_t i = 0; i < k_states.size(); ++i) {
    if (k_states.at(i) == word) return static_cast<Creation::State>(i);
  }
  throw Error(ErrorKind::damaged, fmt::format("a creation is \"{}\" in the store", word),
              "itsmc doctor");
}

Creation read_creation(const Statement& row) {
  const auto type = parse_work_item_type(row.text(1));
  return {.connection = std::string(row.text(0)),
          .type = type.value_or(WorkItemType::incident),
          .correlation_id = std::string(row.text(2)),
          .state = parse_state(row.text(3)),
          .rule = std::string(row.text(4)),
          .noted_at = row.time(5).value_or(Timestamp{}),
          .id = std::string(row.text(6)),
          .number = std::string(row.text(7)),
          .url = std::string(row.text(8))};
}

/// Places 1 to 3.
Statement& bind_key(Statement& statement, const std::string& connection, WorkItemType type,
                    std::string_view correlation_id) {
  return statement.bind(1, connection).bind(2, itsmc::to_string(type)).bind(3, correlation_id);
}

/// Whether work items that were made are open by the last sync. Lives as long as its Db.
class OpenItems {
 public:
  explicit OpenItems(const Db& db)
      : find_(db,
              "SELECT k.open AND k.deleted_at IS NULL FROM stream s JOIN work_item_key k "
              "USING (stream) WHERE s.connection = ? AND s.type = ? AND k.id = ?") {}

  /// Absent: no sync has brought it.
  std::optional<bool> find(std::string_view connection, std::string_view type,
                           std::string_view id) {
    find_.bind(1, connection).bind(2, type);
    bind_id(find_, 3, id);
    std::optional<bool> open;
    if (find_.step()) open = find_.integer(0) != 0;
    find_.reset();
    return open;
  }

 private:
  Statement find_;
};

}  // namespace

struct Creations::Impl {
  Impl(const std::filesystem::path& file, OpenMode mode) : db(open_store(file, mode)) {
    // A note must outlive a power cut: the request that it announces goes out right after.
    if (mode == OpenMode::read_write) db.run("PRAGMA synchronous = FULL");
  }
  Db db;
};

Creations::Creations(const std::filesystem::path& file, OpenMode mode)
    : impl_(std::make_unique<Impl>(file, mode)) {}
Creations::~Creations() = default;
Creations::Creations(Creations&&) noexcept = default;
Creations& Creations::operator=(Creations&&) noexcept = default;

void Creations::note(const Creation& creation) {
  Statement put(impl_->db,
                fmt::format("INSERT INTO creation({}) VALUES(?, ?, ?, ?, ?, ?, '', '', '') "
                            "ON CONFLICT DO UPDATE SET state = excluded.state, "
                            "noted_at = excluded.noted_at",
                            k_columns));
  bind_key(put, creation.connection, creation.type, creation.correlation_id)
      .bind(4, to_string(Creation::State::sending))
      .bind(5, creation.rule)
      .bind(6, creation.noted_at)
      .run();
}

void Creations::complete(const Creation& creation) {
  Statement put(impl_->db, fmt::format("INSERT OR REPLACE INTO creation({}) "
                                       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                       k_columns));
  bind_key(put, creation.connection, creation.type, creation.correlation_id)
      .bind(4, to_string(creation.state))
      .bind(5, creation.rule)
      .bind(6, creation.noted_at)
      .bind(7, creation.id)
      .bind(8, creation.number)
      .bind(9, creation.url)
      .run();
}

std::optional<Creation> Creations::find(const std::string& connection, WorkItemType type,
                                        std::string_view correlation_id) const {
  Statement get(impl_->db, fmt::format("SELECT {} FROM creation WHERE connection = ? AND "
                                       "type = ? AND correlation_id = ?",
                                       k_columns));
  bind_key(get, connection, type, correlation_id);
  if (!get.step()) return std::nullopt;
  return read_creation(get);
}

std::optional<Creation> Creations::latest(const std::string& connection, WorkItemType type,
                                          std::string_view root) const {
  std::optional<Creation> last = find(connection, type, root);
  for (int again = 2; last && again < k_most_again; ++again) {
    auto next = find(connection, type, fmt::format("{}~{}", root, again));
    if (!next) break;
    last = std::move(next);
  }
  return last;
}

std::optional<Creation> Creations::made(std::string_view id_or_number,
                                        std::string_view connection) const {
  Statement get(impl_->db,
                fmt::format("SELECT {} FROM creation WHERE (id = ?1 OR number = ?1) AND (?2 = '' "
                            "OR connection = ?2) ORDER BY noted_at DESC, correlation_id LIMIT 1",
                            k_columns));
  get.bind(1, id_or_number).bind(2, connection);
  if (!get.step()) return std::nullopt;
  return read_creation(get);
}

std::vector<Creation> Creations::list(std::string_view connection, std::int64_t limit) const {
  Statement get(impl_->db, fmt::format("SELECT {} FROM creation WHERE ?1 = '' OR connection = ?1 "
                                       "ORDER BY noted_at DESC, correlation_id LIMIT ?2",
                                       k_columns));
  get.bind(1, connection).bind(2, limit == 0 ? -1 : limit);
  std::vector<Creation> all;
  while (get.step()) all.push_back(read_creation(get));
  return all;
}

void Creations::attach(const Creation& item, const AttachedAlert& alert) {
  Statement put(impl_->db, "INSERT OR REPLACE INTO creation_alert VALUES(?, ?, ?, ?, ?, ?)");
  bind_key(put, item.connection, item.type, item.correlation_id)
      .bind(4, alert.alert_id)
      .bind(5, static_cast<std::int64_t>(alert.firing))
      .bind(6, alert.fired_at)
      .run();
}

std::vector<AttachedAlert> Creations::attached(const Creation& item) const {
  Statement get(impl_->db,
                "SELECT alert_id, firing, fired_at FROM creation_alert WHERE connection = ? AND "
                "type = ? AND correlation_id = ? ORDER BY fired_at, alert_id");
  bind_key(get, item.connection, item.type, item.correlation_id);
  std::vector<AttachedAlert> all;
  while (get.step()) {
    all.push_back({std::string(get.text(0)), get.integer(1) != 0, get.time(2)});
  }
  return all;
}

// Not by the note's state alone: an alert may end without its item (--on-resolve comment), and
// people end items without us.
std::vector<RuleCount> Creations::by_rule() const {
  const Snapshot snapshot(impl_->db);
  Statement get(impl_->db,
                "SELECT c.connection, c.rule, c.type, c.id, c.state = 'made', c.noted_at, "
                "EXISTS(SELECT 1 FROM creation_alert a WHERE a.connection = c.connection AND "
                "a.type = c.type AND a.correlation_id = c.correlation_id AND a.firing) "
                "FROM creation c WHERE c.rule <> '' ORDER BY c.connection, c.rule");
  OpenItems open(impl_->db);
  std::vector<RuleCount> all;
  while (get.step()) {
    if (all.empty() || all.back().connection != get.text(0) || all.back().rule != get.text(1)) {
      all.push_back({.connection = std::string(get.text(0)), .rule = std::string(get.text(1))});
    }
    RuleCount& one = all.back();
    ++one.items;
    one.firing += get.integer(6);
    const bool left_open = get.integer(4) != 0;
    if (open.find(get.text(0), get.text(2), get.text(3)).value_or(left_open)) ++one.open;
    one.last = std::max(one.last, get.time(5).value_or(Timestamp{}));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const RuleCount& a, const RuleCount& b) { return a.items > b.items; });
  return all;
}

std::optional<Timestamp> Creations::forwarded_until(const std::string& scope) const {
  Statement get(impl_->db, "SELECT until FROM forwarded WHERE scope = ?");
  get.bind(1, scope);
  if (!get.step()) return std::nullopt;
  return get.time(0);
}

void Creations::move_forwarded(const std::string& scope, Timestamp until) {
  Statement(impl_->db,
            "INSERT INTO forwarded VALUES(?, ?) ON CONFLICT DO UPDATE SET "
            "until = max(until, excluded.until)")
      .bind(1, scope)
      .bind(2, until)
      .run();
}

std::optional<Creations::Kept> Creations::kept(const std::string& connection,
                                               const std::string& what) const {
  Statement get(impl_->db, "SELECT text, at FROM kept WHERE connection = ? AND what = ?");
  get.bind(1, connection).bind(2, what);
  if (!get.step()) return std::nullopt;
  return Kept{std::string(get.text(0)), get.time(1).value_or(Timestamp{})};
}

void Creations::keep(const std::string& connection, const std::string& what, const Kept& kept) {
  Statement(impl_->db, "INSERT OR REPLACE INTO kept VALUES(?, ?, ?, ?)")
      .bind(1, connection)
      .bind(2, what)
      .bind(3, kept.text)
      .bind(4, kept.at)
      .run();
}

}  // namespace itsmc::store
