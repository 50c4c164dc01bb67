#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/time.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::store {

/// A work item that we asked a partner to make: noted before it is sent, so that a killed process
/// leaves a trace, and completed by the answer.
struct Creation {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  std::string correlation_id;
  enum class State : std::uint8_t { sending, made, resolved } state = State::sending;
  std::string rule;  // the alert rule behind it; empty: made by hand
  Timestamp noted_at{};
  std::string id, number, url;  // the partner's; empty while sending
};

/// An alert that a work item stands for. Several only where items are made per rule.
struct AttachedAlert {
  std::string alert_id;
  bool firing = true;
  std::optional<Timestamp> fired_at;
};

/// Work items made of alerts, by rule: a part of the dashboard. `firing`: those with an alert that
/// fired when it was last heard of. `open`: those that are open in the store; one that no sync has
/// brought yet is as we left it.
struct RuleCount {
  std::string connection, rule;
  std::int64_t items = 0, firing = 0, open = 0;
  Timestamp last{};
};

/// The notes about creations, in the store's file. One object, one thread; many processes may share
/// the file, but of those who create at one connection only one at a time. Throws Error as Store.
class Creations {
 public:
  Creations(const std::filesystem::path& file, OpenMode mode);
  ~Creations();
  Creations(Creations&&) noexcept;
  Creations& operator=(Creations&&) noexcept;

  /// Committed, and synced to the disk, before it returns: the request may be sent now. Keeps what
  /// is known of an older note of the same key but for its state.
  void note(const Creation& creation);
  /// What the partner made. The note is there.
  void complete(const Creation& creation);
  [[nodiscard]] std::optional<Creation> find(const std::string& connection, WorkItemType type,
                                             std::string_view correlation_id) const;
  /// Notes of `root` itself and of "root~2", "root~3"..., as many as there are in a row: the last.
  [[nodiscard]] std::optional<Creation> latest(const std::string& connection, WorkItemType type,
                                               std::string_view root) const;
  /// The newest note of an item by the product's id or number; absent: it was not made from here.
  /// Empty connection: of all.
  [[nodiscard]] std::optional<Creation> made(std::string_view id_or_number,
                                             std::string_view connection) const;
  /// Newest first; limit 0: all. Empty connection: of all.
  [[nodiscard]] std::vector<Creation> list(std::string_view connection, std::int64_t limit) const;

  /// The alert stands for the item from now on; again: its newest condition.
  void attach(const Creation& item, const AttachedAlert& alert);
  [[nodiscard]] std::vector<AttachedAlert> attached(const Creation& item) const;
  /// The rule with the most items first.
  [[nodiscard]] std::vector<RuleCount> by_rule() const;

  /// Everything before it has been forwarded; absent at first. `scope`: what is polled.
  [[nodiscard]] std::optional<Timestamp> forwarded_until(const std::string& scope) const;
  void move_forwarded(const std::string& scope, Timestamp until);

  /// Texts that were asked of a partner and are kept with their age: templates.
  struct Kept {
    std::string text;
    Timestamp at{};
  };
  [[nodiscard]] std::optional<Kept> kept(const std::string& connection,
                                         const std::string& what) const;
  void keep(const std::string& connection, const std::string& what, const Kept& kept);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace itsmc::store
