#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "itsmc/core/log.hpp"
#include "partners/provance_ask.hpp"
#include "partners/provance_walk.hpp"

namespace itsmc::partners::provance {

/// The Error of a type that the profile does not map: it is not "no rows".
[[nodiscard]] Error not_mapped(const Organisation& organisation, WorkItemType type);

/// Fetches pages of walks. Safe from several threads: exchanges run side by side; inflating and
/// decoding take turns in one set of buffers. What the organisation refers to outlives it.
class PageReader {
 public:
  PageReader(Organisation organisation, int max_page_size, Log log);

  /// As Partner::fetch.
  Page fetch(const Walk& walk, const Cursor& cursor, const std::stop_token& stop);
  /// Throws Error(invalid) for a type that the profile does not map.
  [[nodiscard]] const RowMap& map_of(WorkItemType type) const;
  /// Address of the type's table.
  [[nodiscard]] std::string table_path(WorkItemType type) const;

 private:
  struct Asked;
  [[nodiscard]] Asked next_request(const Walk& walk, Lane lane) const;
  [[nodiscard]] std::string next_link(const Asked& asked, const PageFacts& facts) const;
  PageFacts decode(const Walk& walk, const Asked& asked, http::Response& response,
                   WorkItemBatch& items);

  Organisation organisation_;
  int page_size_;
  Log log_;
  std::array<std::unique_ptr<const RowMap>, 2> maps_;
  std::mutex decode_mutex_;
  std::string plain_;
  PageScratch scratch_;
};

}  // namespace itsmc::partners::provance
