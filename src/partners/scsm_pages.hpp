#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "itsmc/partners/partner.hpp"
#include "partners/scsm_app.hpp"
#include "partners/scsm_contract.hpp"
#include "partners/scsm_cursor.hpp"

namespace itsmc::partners::scsm {

/// Fetches pages of walks, each by the link that the page before it gave. Safe from several
/// threads: exchanges run side by side, decoding takes turns in one set of buffers. The app
/// outlives it.
class PageReader {
 public:
  PageReader(App app, int max_page_size) : app_(app), rows_(max_page_size) {}

  /// As Partner::fetch.
  Page fetch(const Walk& walk, const Cursor& cursor, const std::stop_token& stop);
  /// Not more than the web app allows.
  void limit_page(int rows) noexcept;
  /// From now on; the product's own statuses before.
  void use_statuses(WorkItemType type, StatusRule statuses);

 private:
  struct Asked;
  [[nodiscard]] int page_rows() const noexcept;
  [[nodiscard]] std::string url_of(const Walk& walk, const Place& place) const;
  void prove_end(const Walk& walk, TimeValue instant, const std::stop_token& stop);
  [[nodiscard]] std::optional<Place> other_way(const Asked& asked, const http::Response& response);
  void wait_before_again(int tries, const std::stop_token& stop);
  [[nodiscard]] PageFacts decode(WorkItemType type, http::Response& response, WorkItemBatch& items);
  [[nodiscard]] std::shared_ptr<const StatusRule> statuses(WorkItemType type);

  static constexpr std::size_t k_types = 4;
  App app_;
  std::atomic<int> rows_;
  std::mutex statuses_mutex_;
  std::array<std::shared_ptr<const StatusRule>, k_types> statuses_;
  std::mutex decode_mutex_;
  std::string plain_;
  PageScratch scratch_;
};

}  // namespace itsmc::partners::scsm
