#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_filter.hpp"
#include "itsmc/core/sync_report.hpp"
#include "itsmc/store/creations.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// Where the store would be, when nothing was synced there yet; absent: there is one.
[[nodiscard]] std::optional<std::filesystem::path> absent_store(const Platform& platform);

/// Looks at the store; each opens it for reading only. An absent store is an empty one.
std::int64_t list_items(const Platform& platform, const ItemFilter& filter,
                        const std::function<void(const StoredItem&)>& visit);
void find_item(const Platform& platform, std::string_view id_or_number, std::string_view connection,
               const std::function<void(const StoredItem&)>& visit);
/// The newest note of a work item that was made from here, by id or number; absent: none was. Empty
/// connection: of all. A sync brings the item itself, some seconds later.
[[nodiscard]] std::optional<store::Creation> find_made(const Platform& platform,
                                                       std::string_view id_or_number,
                                                       std::string_view connection);
[[nodiscard]] std::vector<SummaryLine> summarise_items(const Platform& platform,
                                                       const ItemFilter& filter);
void query_store(const Platform& platform, const std::string& sql,
                 const store::SqlReceiver& receiver);
[[nodiscard]] std::vector<LedgerLine> sync_history(const Platform& platform,
                                                   const LedgerFilter& filter);

/// One line of `sync status`: every stream of the connections, synced yet or not.
struct StreamHealth {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  std::optional<Timestamp> last_success;
  std::optional<double> lag_seconds;
  std::int64_t rows = 0, open = 0, owed = 0;
  std::string last_status, last_error;
  std::optional<Timestamp> last_ended;  // absent: no run, or it is still going
  std::optional<Timestamp> sign_in_expires;
};
[[nodiscard]] std::vector<StreamHealth> sync_status(const Platform& platform,
                                                    const std::vector<Connection>& connections);

}  // namespace itsmc::client
