#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "client/creation_decision.hpp"
#include "itsmc/client/creation.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/partners/intake.hpp"
#include "itsmc/store/creations.hpp"

namespace itsmc::client {

/// What a creation works with. Its parts outlive the engine.
struct CreationContext {
  const Connection& connection;
  partners::Intake& intake;
  store::Creations& notes;
  Clock& clock;
  std::filesystem::path lock_file;
  std::string process;  // what the lock says of us
  std::stop_token stop;
};

/// The instance could not even be asked what it has: nothing was written, and nothing that follows
/// would fare better.
struct Unreachable : Error {
  using Error::Error;
  explicit Unreachable(const Error& error) : Error(error) {}
};

/// The lock under which work items and configuration items are made at one connection.
struct CreationLock {
  std::filesystem::path file;
  std::string process;  // what it says of us
  std::chrono::milliseconds wait;
  Clock& clock;
  std::stop_token stop;
};
/// Throws Error(locked) naming the holder when the wait was not long enough.
[[nodiscard]] FileLock lock_creation(const CreationLock& wanted);

/// Every problem of a draft in one text. Pure.
[[nodiscard]] Error refused(const std::vector<FieldProblem>& problems);

/// One work item after the other: looked up, noted, sent, looked up again. Everything that keeps a
/// work item from being made twice is here; partners only look and write. One thread.
class CreationEngine {
 public:
  explicit CreationEngine(CreationContext context) : context_(std::move(context)) {}

  /// Throws what the partner throws, Error(invalid) for what it would refuse, Error(locked),
  /// Unreachable.
  CreationReport perform(const CreationRequest& request, Sending sending);

 private:
  CreationReport report_of(const CreationRequest& request, const std::string& key) const;
  std::optional<LastItem> find_last(const CreationRequest& request, const std::string& key);
  std::vector<FoundItem> look_up(WorkItemType type, const std::string& id);
  void find_cis(const CreationRequest& request, Sending sending, ItemDraft& draft,
                std::vector<std::string>& warnings);
  void find_one_ci(const CiQuery& query, Sending sending, ItemDraft& draft,
                   std::vector<std::string>& warnings);
  void check(const CreationRequest& request, ItemDraft& draft, std::vector<std::string>& warnings);
  void plan(const CreationRequest& request, const Decision& decision,
            const std::optional<LastItem>& last, CreationReport& report);
  void act(const CreationRequest& request, const Decision& decision,
           const std::optional<LastItem>& last, CreationReport& report);
  void create(const CreationRequest& request, const Decision& decision, CreationReport& report);
  partners::Written send(const ItemDraft& draft);
  void change(const CreationRequest& request, ItemChange::Kind kind, const LastItem& last,
              CreationReport& report);
  void attach(const CreationRequest& request, const std::optional<LastItem>& last,
              const CreationReport& report);
  FoundItem choose_oldest(const ItemDraft& draft, FoundItem made,
                          std::vector<std::string>& warnings);
  std::vector<FoundItem> look_after(const ItemDraft& draft, const Error& failure);

  CreationContext context_;
};

}  // namespace itsmc::client
