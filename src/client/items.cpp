#include "itsmc/client/items.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/client/connections.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {
namespace {

store::Store open_for_reading(const Platform& platform) {
  return {platform.data_dir / "itsmc.db", store::OpenMode::read_only};
}

/// A keyring that cannot be asked now keeps nobody from seeing the rest.
SignInState sign_in_if_told(const Platform& platform, const Connection& connection) {
  try {
    return sign_in_state(platform, connection);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable) throw;
    platform.log(LogLevel::warning, fmt::format("{}: when its sign-in ends is not known: {}",
                                                connection.name, error.text()));
    return {};
  }
}

}  // namespace

std::optional<std::filesystem::path> absent_store(const Platform& platform) {
  std::filesystem::path file = platform.data_dir / "itsmc.db";
  std::error_code unknown;
  // One that may not be looked at is not absent: opening it says why.
  if (std::filesystem::exists(file, unknown) || unknown) return std::nullopt;
  return file;
}

std::int64_t list_items(const Platform& platform, const ItemFilter& filter,
                        const std::function<void(const StoredItem&)>& visit) {
  return open_for_reading(platform).list(filter, visit);
}

void find_item(const Platform& platform, std::string_view id_or_number, std::string_view connection,
               const std::function<void(const StoredItem&)>& visit) {
  open_for_reading(platform).find(id_or_number, connection, visit);
}

std::optional<store::Creation> find_made(const Platform& platform, std::string_view id_or_number,
                                         std::string_view connection) {
  return store::Creations(platform.data_dir / "itsmc.db", store::OpenMode::read_only)
      .made(id_or_number, connection);
}

std::vector<SummaryLine> summarise_items(const Platform& platform, const ItemFilter& filter) {
  return open_for_reading(platform).summary(filter);
}

void query_store(const Platform& platform, const std::string& sql,
                 const store::SqlReceiver& receiver) {
  open_for_reading(platform).query(sql, receiver);
}

std::vector<LedgerLine> sync_history(const Platform& platform, const LedgerFilter& filter) {
  return open_for_reading(platform).history(filter);
}

std::vector<StreamHealth> sync_status(const Platform& platform,
                                      const std::vector<Connection>& connections) {
  const store::Store store = open_for_reading(platform);
  const std::vector<store::StreamStatus> stored = store.status();
  const Timestamp now = platform.clock.now();
  std::vector<StreamHealth> lines;
  for (const Connection& connection : connections) {
    const SignInState sign_in = sign_in_if_told(platform, connection);
    for (const WorkItemType type : connection.work_items) {
      StreamHealth line{.connection = connection.name, .type = type};
      line.sign_in_expires =
          sign_in.refresh_expires ? sign_in.refresh_expires : sign_in.access_expires;
      const auto found =
          std::find_if(stored.begin(), stored.end(), [&](const store::StreamStatus& s) {
            return s.stream == store::StreamKey{connection.name, type};
          });
      if (found != stored.end()) {
        line.last_success = found->last_success;
        line.rows = found->rows;
        line.open = found->open;
        if (!connection.workspace.empty()) {
          line.owed = store.count_owed(connection.workspace, found->stream);
        }
        line.last_status = found->last_status;
        line.last_error = found->last_error;
        line.last_ended = found->last_ended;
      }
      if (line.last_success) {
        line.lag_seconds = std::chrono::duration<double>(now - *line.last_success).count();
      }
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace itsmc::client
