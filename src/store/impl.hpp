#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/store/store.hpp"
#include "store/row_writer.hpp"
#include "store/sqlite.hpp"

namespace itsmc::store {

/// A row of the table `stream`: its number and its key.
struct StreamRow {
  std::int64_t number = 0;
  StreamKey key;
};

/// The file, made (read_write) or empty in memory (read_only) when it is not there; checked,
/// brought up to date, and set as this directory's writers expect.
[[nodiscard]] Db open_store(const std::filesystem::path& file, OpenMode mode);

/// Every stream whose type is known here, by connection.
[[nodiscard]] std::vector<StreamRow> read_streams(const Db& db);

/// What a Store holds. Its functions are spread over the files of this directory.
struct Store::Impl {
  Impl(const std::filesystem::path& file, OpenMode mode);

  Db db;
  std::optional<RowWriter> writer;  // made by the first apply: a reader needs none

  RowWriter& row_writer();
  [[nodiscard]] std::optional<std::int64_t> find_stream(const StreamKey& key) const;
  /// Makes the row when it is not there. Inside a write transaction.
  [[nodiscard]] std::int64_t stream_number(const StreamKey& key) const;
  [[nodiscard]] std::vector<StreamRow> streams() const { return read_streams(db); }
  [[nodiscard]] std::optional<Position> read_position(std::int64_t stream) const;
  /// The row of `destination`, made when it is not there. Inside a write transaction.
  void ensure_destination(const std::string& destination, std::int64_t stream) const;
  /// Inside a write transaction.
  void drop_walk(std::int64_t stream) const;
  /// Marks what the stream's walk did not see; returns how many. Inside a write transaction.
  [[nodiscard]] std::int64_t mark_missing(std::int64_t stream, Timestamp now) const;
};

}  // namespace itsmc::store
