#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "client/page_queue.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/partners/partner.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// Fetches every undone lane of a walk, at most `in_flight` side by side, and hands the pages over
/// in this thread, in each lane's order. `take` throwing ends it. Returns the first failure of the
/// fetchers (their pages before it have been handed over), absent when every lane is done.
[[nodiscard]] std::optional<Error> run_walk(partners::Partner& partner, const partners::Walk& walk,
                                            const std::vector<store::Lane>& lanes, int in_flight,
                                            const std::function<void(FetchedPage)>& take,
                                            const std::stop_token& stop);

}  // namespace itsmc::client
