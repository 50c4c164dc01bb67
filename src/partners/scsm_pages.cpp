#include "partners/scsm_pages.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "partners/odata_link.hpp"
#include "partners/odata_words.hpp"

namespace itsmc::partners::scsm {
namespace {

// Smaller pages do not help a management server that times out even on these.
constexpr int k_smallest_page = 25;
// A page may be cut off on its way, and a row that changes while the web app reads it may stand out
// of its order: asked again, it is well.
constexpr int k_most_tries = 3;
constexpr std::chrono::seconds k_wait_before_again{1};

TimeValue ms_of(Timestamp time) {
  return time.time_since_epoch().count();
}

/// A link that the server no longer knows, or does not understand any more.
bool is_refused(int status) {
  return status == 400 || status == 404 || status == 410;
}

/// The way on from a page; without an address behind the last one.
odata::NextLink way_on(const std::string& page_url, const PageFacts& facts) {
  if (facts.next_link.empty()) return {};
  return odata::resolve_next_link(page_url, facts.next_link);
}

/// What is wrong with the page, its order or the filter; absent when nothing is.
std::optional<Error> problem_of(const PageFacts& facts, const Walk& walk,
                                const std::string& page_url, const std::string& next_url) {
  if (!facts.spoiled.empty()) return Error(ErrorKind::unavailable, facts.spoiled);
  if (next_url == page_url) {
    return Error(ErrorKind::protocol, "the next link of a page leads to the same page",
                 gateway_must("give links to the rows that follow"));
  }
  std::string words = facts.disorder;
  const TimeValue from = ms_of(walk.window.from);
  if (words.empty() && facts.rows > 0 && facts.first_time < from) {
    words = fmt::format("asked for rows since {}, got one of {}", odata::time_literal(from),
                        odata::time_literal(facts.first_time));
  }
  if (words.empty()) return std::nullopt;
  return Error(ErrorKind::protocol,
               "the web app ignored the filter or the order of the query: " + words,
               gateway_must("obey $filter and $orderby"));
}

/// An absent next link is the end, says the contract. After a full page it is looked at twice, the
/// second time from the last row's instant: gateways that give no links lose nothing then, but for
/// instants with more rows than a page holds (see PageReader::prove_end).
bool is_last_instant(const Place& place, const PageFacts& facts) {
  return place.resumed == facts.last_time;
}

/// The rows to ask for where at least `page_rows` are known to be: too few, so that a gateway that
/// gives links gives one.
int rows_of_proof(int page_rows) {
  return page_rows > 1 ? 1 : 2;
}

/// The page's address; throws where it may not be gone to.
std::string address_of(odata::NextLink next) {
  if (next.problem.empty()) return std::move(next.url);
  throw Error(ErrorKind::protocol, next.problem,
              gateway_must("give absolute links to its own address"));
}

}  // namespace

/// One request of a lane.
struct PageReader::Asked {
  const Walk& walk;
  const Place& place;
  int rows;
};

void PageReader::limit_page(int rows) noexcept {
  rows_ = std::min(rows_.load(), std::max(rows, 1));
}

void PageReader::use_statuses(WorkItemType type, StatusRule statuses) {
  const std::scoped_lock hold(statuses_mutex_);
  statuses_[static_cast<std::size_t>(type)] =
      std::make_shared<const StatusRule>(std::move(statuses));
}

std::shared_ptr<const StatusRule> PageReader::statuses(WorkItemType type) {
  const std::scoped_lock hold(statuses_mutex_);
  auto& kept = statuses_[static_cast<std::size_t>(type)];
  if (!kept) kept = std::make_shared<const StatusRule>();
  return kept;
}

Page PageReader::fetch(const Walk& whole, const Cursor& cursor, const std::stop_token& stop) {
  Place place = parse_cursor(cursor);
  const Walk walk = part_of(whole, place.part);
  // The token goes along: a position of another address is gone on from by time.
  const bool elsewhere =
      !place.link.empty() && odata::origin_of(place.link) != odata::origin_of(app_.connection.url);
  if (elsewhere) place = resume(place, ms_of(walk.window.from));
  for (int tries = 1;;) {
    const std::string url = url_of(walk, place);
    const int asked = page_rows();
    http::Response response = ask(app_, url, stop);
    if (auto other = other_way({walk, place, asked}, response)) {
      place = *std::move(other);
      continue;
    }
    if (const auto error = failure_of(app_, response)) throw Error(*error);
    Page page;
    const PageFacts facts = decode(walk.type, response, page.items);
    odata::NextLink next = way_on(url, facts);
    if (const auto wrong = problem_of(facts, walk, url, next.url)) {
      if (tries >= k_most_tries) throw Error(*wrong);
      wait_before_again(tries++, stop);
      continue;
    }
    std::string link = address_of(std::move(next));
    const bool full = facts.rows >= static_cast<std::size_t>(page_rows());
    page.last = link.empty() && (!full || is_last_instant(place, facts));
    // The page that a link led to comes from a gateway that gives links.
    if (page.last && full && place.link.empty()) prove_end(walk, facts.last_time, stop);
    place = after_page(place, facts.last_time, std::move(link));
    // Nothing is lost by a link that should be there: the rest is asked for by time.
    if (!page.last && place.link.empty()) place.resumed = place.time;
    page.next = to_cursor(place);
    return page;
  }
}

void PageReader::wait_before_again(int tries, const std::stop_token& stop) {
  if (app_.wire.clock.wait_for(k_wait_before_again * tries, stop)) return;
  throw Error(ErrorKind::cancelled, "interrupted");
}

int PageReader::page_rows() const noexcept {
  return std::min(rows_.load(), k_largest_page);
}

std::string PageReader::url_of(const Walk& walk, const Place& place) const {
  if (!place.link.empty()) return place.link;
  ItemsQuestion question;
  question.from = std::max(ms_of(walk.window.from), place.time);
  if (walk.window.until) question.until = ms_of(*walk.window.until);
  question.rows = page_rows();
  return app_.client.url(items_path(walk.type), items_query(question));
}

/// All rows of a full page are of one instant, and it came without a link. The filter knows no ids,
/// so what the instant has beyond the page can be reached by a link alone: a gateway that gives
/// none here either gives none at all. Throws Error(protocol) then, for the rest would be lost.
void PageReader::prove_end(const Walk& walk, TimeValue instant, const std::stop_token& stop) {
  ItemsQuestion question{.from = instant, .until = {}, .rows = rows_of_proof(page_rows())};
  if (walk.window.until) question.until = ms_of(*walk.window.until);
  http::Response response =
      ask(app_, app_.client.url(items_path(walk.type), items_query(question)), stop);
  if (const auto error = failure_of(app_, response)) throw Error(*error);
  WorkItemBatch seen;
  const PageFacts facts = decode(walk.type, response, seen);
  if (!facts.spoiled.empty()) throw Error(ErrorKind::unavailable, facts.spoiled);
  if (!facts.next_link.empty() || facts.rows < static_cast<std::size_t>(question.rows)) return;
  throw Error(ErrorKind::protocol,
              fmt::format("the web app gives no next links, and at {} there are as many rows as a "
                          "page holds ({}): whether there are more cannot be seen",
                          odata::time_literal(instant), page_rows()),
              gateway_must("give @odata.nextLink while rows are left"));
}

/// A link may be replaced by the time of the last row: when it is refused, or when its pages are
/// too large for the management server.
std::optional<Place> PageReader::other_way(const Asked& asked, const http::Response& response) {
  const TimeValue from = ms_of(asked.walk.window.from);
  const Place& place = asked.place;
  if (response.status == 504 && asked.rows > k_smallest_page) {
    // Of what was asked for: lanes that time out together halve it once.
    limit_page(std::max(asked.rows / 2, k_smallest_page));
    app_.wire.log(LogLevel::info, fmt::format("{}: a page took too long (504), the next asks for "
                                              "{} rows",
                                              app_.connection.name, rows_.load()));
    return Place{.link = {},
                 .time = std::max(place.time, from),
                 .resumed = place.resumed,
                 .part = place.part};
  }
  if (place.link.empty() || !is_refused(response.status)) return std::nullopt;
  app_.wire.log(LogLevel::info,
                fmt::format("{}: the stored next link was refused ({}), going on by time",
                            app_.connection.name, response.status));
  return resume(place, from);
}

PageFacts PageReader::decode(WorkItemType type, http::Response& response, WorkItemBatch& items) {
  const std::shared_ptr<const StatusRule> rule = statuses(type);
  const std::scoped_lock hold(decode_mutex_);
  const std::string_view text = http::plain_body(response, plain_);
  const bool padded = text.data() == plain_.data();
  response.body = {};
  try {
    // inflate leaves 64 spare bytes behind what it put into its buffer.
    return decode_page({text, padded ? std::size_t{64} : std::size_t{0}}, *rule, scratch_, items);
  } catch (Error& error) {
    error.with_request_id(excerpt(response.header("x-request-id").value_or(""), 100));
    throw;
  }
}

}  // namespace itsmc::partners::scsm
