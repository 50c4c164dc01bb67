#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "itsmc/core/log.hpp"
#include "itsmc/http/client.hpp"
#include "itsmc/partners/partner.hpp"
#include "partners/servicenow_page_size.hpp"
#include "partners/servicenow_walk.hpp"

namespace itsmc::partners::servicenow {

struct PageReaderOptions {
  std::string connection;
  int max_page_size = 5000;
  std::chrono::milliseconds timeout{120'000};
  Log log;
};

/// Fetches pages of walks. Safe from several threads: exchanges run side by side; inflating and
/// decoding take turns in one set of buffers, so that a thread holds a compressed body at most. The
/// client and the clock outlive it.
class PageReader {
 public:
  PageReader(http::Client& client, Clock& clock, PageReaderOptions options);

  /// As Partner::fetch.
  Page fetch(const Walk& walk, const Cursor& cursor, const std::stop_token& stop);
  /// From now on; the built-in ones before.
  void use_choices(WorkItemType type, Choices choices);

 private:
  struct Exchanged;
  struct Trouble;
  Exchanged exchange(WorkItemType type, const Asked& asked, const std::stop_token& stop);
  PageFacts decode(WorkItemType type, const Asked& asked, http::Response& response,
                   WorkItemBatch& items);
  void after_failure(const PageFacts& facts, const Asked& asked, const Walk& walk,
                     Trouble& trouble);
  [[nodiscard]] int page_rows(WorkItemType type);
  [[nodiscard]] std::shared_ptr<const Choices> choices(WorkItemType type);

  static constexpr std::size_t k_types = 4;
  http::Client& client_;
  Clock& clock_;
  PageReaderOptions options_;
  std::mutex settings_mutex_;
  std::array<PageSize, k_types> sizes_;
  std::array<std::shared_ptr<const Choices>, k_types> choices_;
  std::mutex decode_mutex_;
  std::string plain_;
  PageScratch scratch_;
};

}  // namespace itsmc::partners::servicenow
