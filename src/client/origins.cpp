#include "client/origins.hpp"

#include <fmt/format.h>

#include "itsmc/client/items.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"

namespace itsmc::client {
namespace {

std::filesystem::path store_file(const Platform& platform) {
  return platform.data_dir / "itsmc.db";
}

bool has_store(const Platform& platform) {
  std::error_code unknown;
  return std::filesystem::exists(store_file(platform), unknown);
}

}  // namespace

store::Origin origin_of(const Connection& connection) {
  return {std::string(to_string(connection.partner)), connection.url};
}

std::optional<OtherRows> other_rows(const store::Store& store, const Connection& connection) {
  const std::optional<store::Origin> origin = store.origin(connection.name);
  if (!origin || *origin == origin_of(connection)) return std::nullopt;
  const std::int64_t rows = store.rows_of(connection.name);
  if (rows == 0) return std::nullopt;
  return OtherRows{origin->partner, origin->url, rows};
}

Error other_rows_error(const Connection& connection, const OtherRows& other) {
  return {ErrorKind::usage,
          fmt::format("the store holds {} rows of \"{}\" from {} at {}, and the connection now "
                      "leads to {} at {}",
                      with_separators(other.rows), connection.name, other.partner, other.url,
                      to_string(connection.partner), connection.url),
          fmt::format("the same instance under a new url: itsmc connection edit {0} --keep-rows; "
                      "another instance: itsmc connection edit {0} --purge --yes",
                      connection.name)};
}

std::optional<OtherRows> rows_of_another_instance(const Platform& platform,
                                                  const Connection& connection) {
  return other_rows(store::Store(store_file(platform), store::OpenMode::read_only), connection);
}

void refuse_other_rows(const Platform& platform, const Connection& connection,
                       const Saving& saving) {
  if (saving.rows) return;
  const std::optional<OtherRows> other = rows_of_another_instance(platform, connection);
  if (!other) return;
  Error error = other_rows_error(connection, *other);
  error.with_hint(
      "the same command with --keep-rows (the same instance under a new url) or with --purge --yes "
      "(another instance: its rows are removed, and the notes of what was made there)");
  throw Error(error);
}

void ensure_origin(const Platform& platform, const Connection& connection) {
  if (!has_store(platform)) return;
  store::Store store(store_file(platform), store::OpenMode::read_write);
  const bool unknown = !store.origin(connection.name) && store.rows_of(connection.name) > 0;
  if (unknown) store.remember_origin(connection.name, origin_of(connection));
}

std::optional<store::Purged> settle_rows(const Platform& platform, const Connection& connection,
                                         const Saving& saving) {
  if (!saving.rows || !has_store(platform)) return std::nullopt;
  store::Store store(store_file(platform), store::OpenMode::read_write);
  if (*saving.rows == Rows::purge) return store.purge(connection.name);
  store.remember_origin(connection.name, origin_of(connection));
  return std::nullopt;
}

std::int64_t rows_outside_window(const Platform& platform, const Connection& connection) {
  ItemFilter all{.connections = {connection.name}, .deleted = true, .limit = 1};
  ItemFilter inside = all;
  inside.updated_since = platform.clock.now() - std::chrono::days(connection.sync_days);
  const auto unread = [](const StoredItem&) {};
  return list_items(platform, all, unread) - list_items(platform, inside, unread);
}

}  // namespace itsmc::client
