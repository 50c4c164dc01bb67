#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_draft.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::partners {

/// A write as it would be sent: what a dry run shows. The body is JSON.
struct PlannedRequest {
  std::string method, url, body;
};

/// What became of a write. `warnings` names every field that the partner dropped or changed.
struct Written {
  FoundItem item;
  std::vector<std::string> warnings;
};

struct CiWritten {
  ConfigItem item;
  bool existed = false;  // the partner's own identification found it: nothing was made
  std::vector<std::string> warnings;
};

/// One instance of a product, as the place where work items and configuration items are made. It
/// decides nothing about repeats: whoever calls it looks `find` up before and after. One thread.
/// Every function may throw Error as http::Client::exchange does; a write whose answer was lost
/// throws Error(unavailable), and may have been done. The wire's references outlive it.
class Intake {
 public:
  virtual ~Intake() = default;

  /// Everything that the instance would refuse, all at once, before anything is sent: unknown
  /// fields and choices (the reason lists the valid ones), required fields, types that this partner
  /// does not take. Reads what it needs (schema, choices, the template) and keeps it. `field` is
  /// the option's name ("urgency") or the product's field.
  virtual std::vector<FieldProblem> check(const ItemDraft& draft, std::stop_token stop) = 0;
  /// The exact request that `create` sends. Sends no write.
  virtual PlannedRequest plan(const ItemDraft& draft, std::stop_token stop) = 0;
  /// All items of this type that carry the correlation id, the oldest first; open and ended ones.
  /// Of an event or alert: the alert that the events of this key made, if there is one yet.
  virtual std::vector<FoundItem> find(WorkItemType type, std::string_view correlation_id,
                                      std::stop_token stop) = 0;
  /// Sends it, once (http::Replay::never) unless the product itself makes a repeat harmless. An
  /// answer that made nothing is Error(protocol), whatever its status.
  virtual Written create(const ItemDraft& draft, std::stop_token stop) = 0;
  /// Resolves it by the partner's own rules, or adds a note. What the partner does not let happen
  /// (closing without rights, a state model) is a note instead, and a warning.
  virtual Written change(WorkItemType type, const FoundItem& item, const ItemChange& change,
                         std::stop_token stop) = 0;

  /// Every match of the first of id, fqdn, name, ip that matches anything; names compared without
  /// case, short name and FQDN tried for each other. Retired, deleted and duplicate ones excluded.
  virtual std::vector<ConfigItem> find_ci(const CiQuery& query, std::stop_token stop) = 0;
  virtual PlannedRequest plan_ci(const CiDraft& draft, std::stop_token stop) = 0;
  /// Throws Error(usage) where the partner (or its profile) has no configuration items.
  virtual CiWritten create_ci(const CiDraft& draft, std::stop_token stop) = 0;

  /// Templates of the product, those that cannot be used with the reason. Empty where the product
  /// has none; Error(usage) where that cannot be asked.
  virtual std::vector<ItemTemplate> templates(std::stop_token stop) = 0;

  [[nodiscard]] virtual const http::Traffic& traffic() const noexcept = 0;
};

}  // namespace itsmc::partners
