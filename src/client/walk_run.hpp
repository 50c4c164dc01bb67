#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "client/page_queue.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/partners/partner.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// What lies ready when the taker of pages is the slower side: small pages then share a commit.
using TakePages = std::function<void(std::vector<FetchedPage>)>;

/// Fetches every undone lane of a walk, at most `in_flight` side by side, and hands the pages over
/// in this thread, in each lane's order: one, or as many as make some 5,000 rows. `take` throwing
/// ends it. Returns the first failure of the fetchers (their pages before it have been handed
/// over), absent when every lane is done.
[[nodiscard]] std::optional<Error> run_walk(partners::Partner& partner, const partners::Walk& walk,
                                            const std::vector<store::Lane>& lanes, int in_flight,
                                            const TakePages& take, const std::stop_token& stop);

}  // namespace itsmc::client
