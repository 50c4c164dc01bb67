#include "partners/servicenow_pages.hpp"

#include <utility>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_json.hpp"

namespace itsmc::partners::servicenow {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// At the smallest size a cancelled page is tried again: the instance may only be busy.
constexpr int k_most_small_tries = 3;
constexpr seconds k_wait_when_small{5};

std::size_t slot(WorkItemType type) {
  return static_cast<std::size_t>(type);
}

http::Query query_of(const FieldMap& map, const Asked& asked) {
  http::Query query = {{"sysparm_query", asked.query},
                       {"sysparm_fields", asked_fields(map)},
                       {"sysparm_display_value", "false"},
                       {"sysparm_exclude_reference_link", "true"},
                       // `Link` is never followed (servicenow reference 2.3, 2.4): not sent then.
                       {"sysparm_suppress_pagination_header", "true"},
                       {"sysparm_limit", std::to_string(asked.rows)}};
  if (asked.skip > 0) query.emplace_back("sysparm_offset", std::to_string(asked.skip));
  if (!asked.counted) query.emplace_back("sysparm_no_count", "true");
  return query;
}

std::string request_id(const http::Response& response) {
  return excerpt(response.header("X-Transaction-ID").value_or(""), 100);
}

PageFacts cancelled(std::string words) {
  PageFacts facts;
  facts.outcome = PageFacts::Outcome::cancelled;
  facts.words = std::move(words);
  return facts;
}

}  // namespace

struct PageReader::Exchanged {
  http::Response response;
  PageFacts failed;  // complete: the response is to be decoded
  milliseconds took{0};
};

/// What has gone wrong with one page so far.
struct PageReader::Trouble {
  int unasked = 0, small_tries = 0;
  const std::stop_token& stop;
  std::string request_id;
};

PageReader::PageReader(http::Client& client, Clock& clock, PageReaderOptions options)
    : client_(client), clock_(clock), options_(std::move(options)) {
  for (std::size_t i = 0; i < k_types; ++i) {
    sizes_[i] = PageSize::up_to(options_.max_page_size);
    choices_[i] = std::make_shared<const Choices>(built_in_choices(static_cast<WorkItemType>(i)));
  }
}

void PageReader::use_choices(WorkItemType type, Choices choices) {
  const std::scoped_lock hold(settings_mutex_);
  choices_[slot(type)] = std::make_shared<const Choices>(std::move(choices));
}

int PageReader::page_rows(WorkItemType type) {
  const std::scoped_lock hold(settings_mutex_);
  return sizes_[slot(type)].rows;
}

std::shared_ptr<const Choices> PageReader::choices(WorkItemType type) {
  const std::scoped_lock hold(settings_mutex_);
  return choices_[slot(type)];
}

Page PageReader::fetch(const Walk& walk, const Cursor& cursor, const std::stop_token& stop) {
  Lane lane = parse_cursor(cursor, walk.order);
  Trouble trouble{.stop = stop, .request_id = {}};
  Page page;
  for (;;) {
    const Asked asked = next_request(walk, lane, page_rows(walk.type));
    Exchanged exchanged = exchange(walk.type, asked, stop);
    const PageFacts facts = exchanged.failed.outcome == PageFacts::Outcome::complete
                                ? decode(walk.type, asked, exchanged.response, page.items)
                                : exchanged.failed;
    if (facts.outcome != PageFacts::Outcome::complete) {
      trouble.request_id = request_id(exchanged.response);
      after_failure(facts, asked, walk, trouble);
      continue;
    }
    const Answered answered{.rows = static_cast<std::int64_t>(facts.rows),
                            .count = parse_count(exchanged.response.header("X-Total-Count")),
                            .last_id = facts.last_id,
                            .last_time = facts.last_time};
    const Step step = advance(lane, asked, answered);
    if (answered.rows >= asked.rows) {
      const std::scoped_lock hold(settings_mutex_);
      sizes_[slot(walk.type)] = sizes_[slot(walk.type)].after_full(asked.rows, exchanged.took);
    }
    page.hidden += step.hidden;
    lane = step.next;
    if (step.then == Step::Then::ask_again) continue;
    page.next = to_cursor(lane);
    page.last = step.then == Step::Then::done;
    page.remaining = step.remaining;
    return page;
  }
}

PageReader::Exchanged PageReader::exchange(WorkItemType type, const Asked& asked,
                                           const std::stop_token& stop) {
  const FieldMap& map = field_map(type);
  http::Request request;
  request.url = client_.url(fmt::format("/api/now/table/{}", map.table()), query_of(map, asked));
  Exchanged exchanged;
  const auto begun = clock_.steady_now();
  const auto since = [&] { return std::chrono::round<milliseconds>(clock_.steady_now() - begun); };
  try {
    exchanged.response = client_.raw(request, http::Replay::safe, stop);
  } catch (const Error& error) {
    // No answer within our own time limit, which is longer than the instance's: too many rows.
    const bool slow = error.kind() == ErrorKind::unavailable && since() >= options_.timeout &&
                      asked.rows > PageSize::k_smallest;
    if (!slow) throw;
    exchanged.failed = cancelled(error.text());
    return exchanged;
  }
  exchanged.took = since();
  const http::Response& response = exchanged.response;
  const auto failure = client_.failure_of(response);
  // The transaction's limit shows as a truncated 200, or as a clean 500 (servicenow reference 2.6);
  // 504 is a balancer that waited less than the instance.
  const bool gave_up = (response.status == 500 && failure && says_cancelled(failure->text())) ||
                       response.status == 504;
  if (gave_up) {
    exchanged.failed = cancelled(failure ? failure->text() : "the balancer gave up (504)");
    return exchanged;
  }
  if (failure) throw Error(*failure);
  if (response.status != 200) {
    throw Error(Error(ErrorKind::protocol,
                      fmt::format("a page came with status {}, not 200", response.status))
                    .with_request_id(request_id(response)));
  }
  return exchanged;
}

PageFacts PageReader::decode(WorkItemType type, const Asked& asked, http::Response& response,
                             WorkItemBatch& items) {
  const std::shared_ptr<const Choices> labels = choices(type);
  const std::scoped_lock hold(decode_mutex_);
  std::string_view text;
  try {
    text = http::plain_body(response, plain_);
  } catch (const Error& error) {
    // A stream that was cut before it was compressed whole: as good as a cut page.
    return cancelled(error.text());
  }
  response.body = {};
  // inflate leaves 64 spare bytes behind what it put into its buffer.
  const bool padded = text.data() == plain_.data();
  try {
    return decode_page({text, padded ? std::size_t{64} : std::size_t{0}},
                       {field_map(type), *labels, asked.bounds}, scratch_, items);
  } catch (Error& error) {
    error.with_request_id(request_id(response));
    throw;
  }
}

void PageReader::after_failure(const PageFacts& facts, const Asked& asked, const Walk& walk,
                               Trouble& trouble) {
  const std::string words = excerpt(facts.words, 300);
  const std::string hint = "itsmc connection test " + options_.connection;
  if (facts.outcome == PageFacts::Outcome::unasked) {
    // A row may change while the instance reads it; a filter that is ignored stays ignored.
    if (++trouble.unasked < 2) return;
    throw Error(Error(ErrorKind::protocol,
                      "ServiceNow ignored the filter or the order of the query: " + words, hint)
                    .with_request_id(trouble.request_id));
  }
  PageSize size;
  {
    const std::scoped_lock hold(settings_mutex_);
    PageSize& shared = sizes_[slot(walk.type)];
    shared = shared.after_cancelled(asked.rows);
    size = shared;
  }
  options_.log(LogLevel::info,
               fmt::format("{}: a page of {} rows was given up ({}), the next asks for {}",
                           options_.connection, asked.rows, words, size.rows));
  if (asked.rows > size.smallest()) return;
  if (++trouble.small_tries < k_most_small_tries) {
    if (clock_.wait_for(k_wait_when_small * trouble.small_tries, trouble.stop)) return;
    throw Error(ErrorKind::cancelled, "interrupted");
  }
  throw Error(
      Error(ErrorKind::unavailable,
            fmt::format("ServiceNow gives up even pages of {} rows: {}", asked.rows, words),
            "raise the quota rule for REST Table API requests (System Definition > Transaction "
            "Quotas), or sync fewer days; then: " +
                hint)
          .with_request_id(trouble.request_id));
}

}  // namespace itsmc::partners::servicenow
