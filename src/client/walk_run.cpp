#include "client/walk_run.hpp"

#include <algorithm>
#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

namespace itsmc::client {
namespace {

// Each commit of rows in no order of their keys touches most pages of the index, whether it has a
// thousand rows or five thousand (performance reference 3).
constexpr std::size_t k_rows_of_commit = 5000;

/// What the fetchers of one walk share.
struct Fetching {
  partners::Partner& partner;
  const partners::Walk& walk;
  const std::vector<store::Lane>& lanes;
  std::vector<std::size_t> undone;
  PageQueue queue;
  /// One for each page between its request and the store, so that memory does not follow the number
  /// of lanes: while the store is the slower side, only one page waits for it.
  std::counting_semaphore<> tickets;
  std::stop_source stop;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failure;

  void fail(Error error) {
    const std::lock_guard lock(mutex);
    // What the stop itself brings about says nothing about its cause.
    const bool better = failure && failure->kind() == ErrorKind::cancelled;
    if (!failure || better) failure = std::move(error);
    stop.request_stop();
  }
};

void fetch_lane(Fetching& fetching, std::size_t lane) {
  partners::Cursor cursor = fetching.lanes[lane].cursor;
  for (bool last = false; !last;) {
    fetching.tickets.acquire();
    if (fetching.stop.stop_requested()) throw Error(ErrorKind::cancelled, "interrupted");
    FetchedPage fetched{lane,
                        fetching.partner.fetch(fetching.walk, cursor, fetching.stop.get_token())};
    cursor = fetched.page.next;
    last = fetched.page.last;
    fetching.queue.push(std::move(fetched));
  }
}

void fetch_lanes(Fetching& fetching) {
  try {
    for (std::size_t i = fetching.next++; i < fetching.undone.size(); i = fetching.next++) {
      fetch_lane(fetching, fetching.undone[i]);
    }
  } catch (const Error& error) {
    fetching.fail(error);
  } catch (const std::exception& error) {
    fetching.fail(Error(ErrorKind::unforeseen, error.what()));
  }
  fetching.queue.producer_done();
}

/// The pages that are there, up to the rows of one commit; none when every lane has ended. They
/// keep one ticket: together they are no more than one large page.
std::vector<FetchedPage> next_pages(Fetching& fetching) {
  std::vector<FetchedPage> pages;
  std::size_t rows = 0;
  for (auto page = fetching.queue.pop(); page; page = fetching.queue.pop_ready()) {
    if (!pages.empty()) fetching.tickets.release();
    rows += page->page.items.size();
    pages.push_back(std::move(*page));
    if (rows >= k_rows_of_commit) break;
  }
  return pages;
}

}  // namespace

std::optional<Error> run_walk(partners::Partner& partner, const partners::Walk& walk,
                              const std::vector<store::Lane>& lanes, int in_flight,
                              const TakePages& take, const std::stop_token& stop) {
  std::vector<std::size_t> undone;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (!lanes[i].done) undone.push_back(i);
  }
  const std::size_t threads =
      std::min(undone.size(), static_cast<std::size_t>(std::max(in_flight, 1)));
  Fetching fetching{partner,
                    walk,
                    lanes,
                    std::move(undone),
                    PageQueue(threads),
                    std::counting_semaphore<>(static_cast<std::ptrdiff_t>(threads) + 1),
                    {},
                    0,
                    {},
                    {}};
  const std::stop_callback forward(stop, [&] { fetching.stop.request_stop(); });
  std::optional<Error> failure;
  {
    std::vector<std::jthread> fetchers;
    for (std::size_t i = 0; i < threads; ++i)
      fetchers.emplace_back(fetch_lanes, std::ref(fetching));
    for (;;) {
      std::vector<FetchedPage> pages = next_pages(fetching);
      if (pages.empty()) break;
      if (!failure) {  // else the store has failed: let the fetchers run dry
        try {
          take(std::move(pages));
        } catch (const Error& error) {
          failure = error;
          fetching.stop.request_stop();
        }
      }
      fetching.tickets.release();
    }
  }
  return failure ? failure : fetching.failure;
}

}  // namespace itsmc::client
