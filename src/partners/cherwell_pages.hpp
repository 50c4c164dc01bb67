#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/log.hpp"
#include "itsmc/partners/partner.hpp"
#include "partners/cherwell_api.hpp"
#include "partners/cherwell_blueprint.hpp"
#include "partners/cherwell_walk.hpp"

namespace itsmc::partners::cherwell {

/// The body of a search. `ascending` is the sortDirection that is taken for it.
struct SearchSize {
  std::int64_t first_row = 1;  // 1-based
  int rows = 0;
  int ascending = 0;
};
[[nodiscard]] nlohmann::json search_body(const View& view, const Asked& asked,
                                         const SearchSize& size);

struct PageReaderOptions {
  std::string connection;
  int max_page_size = 5000;
  std::chrono::milliseconds timeout{120'000};
  Log log;
};

/// Searches: pages of walks, and the looks that prepare them. Safe from several threads: exchanges
/// run side by side; inflating and decoding take turns in one set of buffers. Api, views and clock
/// outlive it.
class PageReader {
 public:
  PageReader(const Api& api, Views& views, Clock& clock, PageReaderOptions options);

  /// As Partner::fetch.
  Page fetch(const Walk& walk, const Cursor& cursor, const std::stop_token& stop);
  /// As Partner::lanes: by key, cut where the rows are.
  std::vector<Lane> lanes(const Walk& walk, int wanted, const std::stop_token& stop);

  /// A few rows in the order of RecID, which sets the direction: are they in the order of bytes?
  struct KeyOrderFound {
    bool by_bytes = true;
    std::string broken_at;
    std::optional<std::int64_t> total;
  };
  KeyOrderFound look_at_keys(WorkItemType type, const std::stop_token& stop);
  /// The newest row's time, if there is a row, and how many there are.
  struct Newest {
    std::optional<std::int64_t> total;
    std::optional<Timestamp> last_modified;
  };
  Newest newest(WorkItemType type, const std::stop_token& stop);

 private:
  struct Trouble;
  PageFacts search(const View& view, const Asked& asked, const SearchSize& size,
                   WorkItemBatch& items, const std::stop_token& stop);
  std::optional<PageFacts> search_page(const View& view, const Asked& asked, const SearchSize& size,
                                       WorkItemBatch& items, const std::stop_token& stop);
  [[nodiscard]] std::optional<std::string> id_at_row(const View& view, const Asked& asked,
                                                     std::int64_t row, const std::stop_token& stop);
  void after_cut(Trouble& trouble) const;
  void after_empty(std::int64_t promised, Trouble& trouble);
  /// A page that was not asked for: rows outside the search, or in no order.
  struct Disorder {
    const Walk& walk;
    const Asked& asked;
    std::string what;
  };
  void after_disorder(const Disorder& disorder, Lane& lane, Trouble& trouble);
  void note_direction(Lane& lane, int ascending);
  bool turn_around(const Lane& lane, int tried);
  bool must_go_back(const View& view, const Walk& walk, Lane& lane, const PageFacts& facts,
                    const std::stop_token& stop);
  [[nodiscard]] Error failure(std::string text) const;

  const Api& api_;
  Views& views_;
  Clock& clock_;
  PageReaderOptions options_;
  std::atomic<int> rows_;
  std::atomic<int> ascending_;  // the sortDirection; a guess until a page has proven it
  std::atomic<bool> proven_{false}, turned_{false};
  std::mutex decode_mutex_;
  std::string plain_;
  PageScratch scratch_;
};

}  // namespace itsmc::partners::cherwell
