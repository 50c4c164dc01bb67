#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "itsmc/partners/partner.hpp"

namespace itsmc::client {

/// A page that has come, and the lane it belongs to.
struct FetchedPage {
  std::size_t lane = 0;
  partners::Page page;
};

/// The joint between the two stages of a stream: fetch + decode | store. Its producers bound how
/// many pages it holds (walk_run's tickets). Safe between threads.
class PageQueue {
 public:
  explicit PageQueue(std::size_t producers) : producers_(producers) {}

  void push(FetchedPage page) {
    const std::lock_guard lock(mutex_);
    pages_.push_back(std::move(page));
    filled_.notify_one();
  }

  /// A producer has no more pages.
  void producer_done() {
    const std::lock_guard lock(mutex_);
    --producers_;
    filled_.notify_one();
  }

  /// The next page; absent when every producer is done and nothing is left.
  std::optional<FetchedPage> pop() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return !pages_.empty() || producers_ == 0; });
    return take_first();
  }

  /// The next page, when one is there already.
  std::optional<FetchedPage> pop_ready() {
    const std::lock_guard lock(mutex_);
    return take_first();
  }

 private:
  std::optional<FetchedPage> take_first() {
    if (pages_.empty()) return std::nullopt;
    FetchedPage page = std::move(pages_.front());
    pages_.pop_front();
    return page;
  }

  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<FetchedPage> pages_;
  std::size_t producers_;
};

}  // namespace itsmc::client
