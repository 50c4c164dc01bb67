#include "client/origins.hpp"

#include <fmt/format.h>

#include "itsmc/client/items.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"

namespace itsmc::client {
namespace {

/// How many changed last before the days of the window begin.
std::int64_t outside_window(const store::Store& store, const Connection& connection,
                            Timestamp now) {
  ItemFilter all{.connections = {connection.name}, .deleted = true, .limit = 1};
  ItemFilter inside = all;
  inside.updated_since = now - std::chrono::days(connection.sync_days);
  const auto unread = [](const StoredItem&) {};
  return store.list(all, unread) - store.list(inside, unread);
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

std::optional<store::Store> open_rows(const Platform& platform, store::OpenMode mode) {
  const std::filesystem::path file = platform.data_dir / "itsmc.db";
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) return std::nullopt;
  return std::optional<store::Store>(std::in_place, file, mode);
}

StoredRows stored_rows(const Platform& platform, const std::string& connection) try {
  const auto store = open_rows(platform, store::OpenMode::read_only);
  return store && store->rows_of(connection) > 0 ? StoredRows::some : StoredRows::none;
} catch (const Error&) {
  return StoredRows::none;
}

std::optional<OtherRows> rows_of_another_instance(const Platform& platform,
                                                  const Connection& connection) {
  const auto store = open_rows(platform, store::OpenMode::read_only);
  return store ? other_rows(*store, connection) : std::nullopt;
}

StandingRows rows_before_edit(const Platform& platform, const Connection& before,
                              const Connection& after) {
  const auto store = open_rows(platform, store::OpenMode::read_only);
  if (!store) return {};
  StandingRows rows{other_rows(*store, after)};
  const bool shorter = after.sync_days < before.sync_days;
  if (shorter) rows.outside_window = outside_window(*store, after, platform.clock.now());
  return rows;
}

void refuse_other_rows(const store::Store& store, const Connection& connection,
                       const Saving& saving) {
  if (saving.rows) return;
  const std::optional<OtherRows> other = other_rows(store, connection);
  if (!other) return;
  Error error = other_rows_error(connection, *other);
  error.with_hint(
      "the same command with --keep-rows (the same instance under a new url) or with --purge --yes "
      "(another instance: its rows are removed, and the notes of what was made there)");
  throw Error(error);
}

void ensure_origin(store::Store& store, const Connection& connection) {
  const bool unknown = !store.origin(connection.name) && store.rows_of(connection.name) > 0;
  if (unknown) store.remember_origin(connection.name, origin_of(connection));
}

std::optional<store::Purged> settle_rows(store::Store& store, const Connection& connection,
                                         const Saving& saving) {
  if (!saving.rows) return std::nullopt;
  if (*saving.rows == Rows::purge) return store.purge(connection.name);
  store.remember_origin(connection.name, origin_of(connection));
  return std::nullopt;
}

}  // namespace itsmc::client
