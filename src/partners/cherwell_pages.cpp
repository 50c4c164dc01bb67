#include "partners/cherwell_pages.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/figures.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A row is 4 to 6 KB, because each of its fields comes with two ids and two names: 1,000 rows are
// as much as 5,000 of ServiceNow's. The largest page that Cherwell allows is not public (reference
// 6); what comes short is gone on with.
constexpr int k_page_rows = 1000;
constexpr int k_fewest_rows = 50;
// Which sortDirection is ascending is not public (reference 6). 0 is what the one recorded example
// sends; the first page with two rows proves it or turns it around.
constexpr int k_first_guess = 0;
constexpr int k_most_tries = 3;
constexpr seconds k_wait_when_empty{1};
constexpr int k_look_rows = 50;
constexpr TimeValue k_shown_twice = 3600 * 1000;
constexpr int k_most_lanes = 16;
// A lane costs a look for its beginning, and up to a page beyond its end.
constexpr std::int64_t k_pages_worth_a_lane = 2;

json filter(const std::string& field, std::string value) {
  return {{"fieldId", field}, {"operator", "gt"}, {"value", std::move(value)}};
}

/// The first row that the search did not ask for; empty when there is none.
std::string outside(const Asked& asked, const WorkItemBatch& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string_view id = rows[i].text(TextField::id);
    const TimeValue time = rows[i].time_value(TimeField::updated_at);
    // A row just behind the bound may show the bound, whose parts of a second are not shown; or an
    // hour less, at the end of daylight saving.
    const bool early = asked.after_time && time < *asked.after_time - k_shown_twice;
    const bool low = !asked.after_id.empty() && !precedes(asked.after_id, id);
    if (!early && !low) continue;
    return fmt::format(
        "row {} (RecID \"{}\", LastModifiedDateTime {}) is not {} what was asked for", i + 1,
        excerpt(id, 64), format_rfc3339(Timestamp(milliseconds(time))),
        early ? "newer than" : "behind the RecID of");
  }
  return {};
}

}  // namespace

// {"busObId":"6dd5..","filters":[{"fieldId":"BO:..,FI:..","operator":"gt","value":"04/28/2019
//  10:52:09 AM"}],"fields":[..],"sorting":[{"fieldId":"..","sortDirection":0}],"pageNumber":1,
//  "pageSize":1000,..} (cherwell reference 6).
json search_body(const View& view, const Asked& asked, const SearchSize& size) {
  const Blueprint& blueprint = view.blueprint;
  json filters = json::array();
  if (asked.after_time) {
    const TimeValue local = *asked.after_time + milliseconds(view.utc_offset).count();
    filters.push_back(filter(blueprint.last_modified_field, format_local_time(local)));
  }
  if (!asked.after_id.empty()) filters.push_back(filter(blueprint.record_id_field, asked.after_id));
  json sorting = json::array();
  if (asked.sorted == Asked::Sorted::by_time_then_id) {
    sorting.push_back(
        {{"fieldId", blueprint.last_modified_field}, {"sortDirection", size.ascending}});
  }
  sorting.push_back({{"fieldId", blueprint.record_id_field}, {"sortDirection", size.ascending}});
  json fields = json::array();
  for (const PlannedField& field : blueprint.fields) fields.push_back(field.id);
  // pageNumber is a row number from 9.7.0 and a page's before (reference 6). Walks always begin at
  // 1, which is the same in both; a look at row n asks for page n of one row, which is row n too.
  return {{"busObId", blueprint.object_id}, {"filters", std::move(filters)},
          {"fields", std::move(fields)},    {"sorting", std::move(sorting)},
          {"includeAllFields", false},      {"includeSchema", false},
          {"pageNumber", size.first_row},   {"pageSize", size.rows}};
}

/// What has gone wrong with one page so far.
struct PageReader::Trouble {
  int cut = 0, empty = 0, unasked = 0;
  const std::stop_token& stop;
};

PageReader::PageReader(const Api& api, Views& views, Clock& clock, PageReaderOptions options)
    : api_(api),
      views_(views),
      clock_(clock),
      options_(std::move(options)),
      rows_(std::clamp(options_.max_page_size, 1, k_page_rows)),
      ascending_(k_first_guess) {}

Page PageReader::fetch(const Walk& walk, const Cursor& cursor, const std::stop_token& stop) {
  Lane lane = parse_cursor(cursor, walk.order);
  const std::shared_ptr<const View> view = views_.of(walk.type, stop);
  Trouble trouble{.stop = stop};
  Page page;
  for (;;) {
    const Asked asked = next_search(walk, lane);
    const SearchSize size{.rows = rows_, .ascending = lane.ascending.value_or(ascending_)};
    const auto facts = search_page(*view, asked, size, page.items, stop);
    if (!facts) continue;
    if (!facts->whole) {
      after_cut(trouble);
      continue;
    }
    const Seen seen = look_at(page.items, asked.sorted);
    const std::string strange = outside(asked, page.items);
    const bool backwards = seen.sequence == Sequence::descending;
    if (backwards && turn_around(lane, size.ascending)) continue;
    if (backwards || seen.sequence == Sequence::broken || !strange.empty()) {
      after_disorder({walk, asked, strange.empty() ? seen.broken_at : strange}, lane, trouble);
      continue;
    }
    if (seen.rows > 1) note_direction(lane, size.ascending);
    if (must_go_back(*view, walk, lane, *facts, stop)) continue;
    const Step step =
        advance(walk, lane,
                {.rows = page.items, .seen = seen, .asked_rows = size.rows, .total = facts->total});
    if (step.then == Step::Then::ask_again) {
      after_empty(facts->total.value_or(0), trouble);
      continue;
    }
    page.items.truncate(step.keep);
    page.next = to_cursor(step.next);
    page.last = step.then == Step::Then::done;
    page.remaining = step.remaining;
    return page;
  }
}

PageFacts PageReader::search(const View& view, const Asked& asked, const SearchSize& size,
                             WorkItemBatch& items, const std::stop_token& stop) {
  http::Response response = api_.ask(k_search_path, search_body(view, asked, size), stop);
  const std::scoped_lock hold(decode_mutex_);
  const std::string_view text = http::plain_body(response, plain_);
  response.body = {};
  // inflate leaves 64 spare bytes behind what it put into its buffer.
  const bool padded = text.data() == plain_.data();
  return decode_page({text, padded ? std::size_t{64} : std::size_t{0}},
                     {view.blueprint, view.utc_offset}, scratch_, items);
}

/// Nothing when the page was too large for the time that an answer may take: then the next one is
/// smaller.
std::optional<PageFacts> PageReader::search_page(const View& view, const Asked& asked,
                                                 const SearchSize& size, WorkItemBatch& items,
                                                 const std::stop_token& stop) {
  const auto begun = clock_.steady_now();
  try {
    return search(view, asked, size, items, stop);
  } catch (const Error& error) {
    const auto took = std::chrono::round<milliseconds>(clock_.steady_now() - begun);
    const bool slow = error.kind() == ErrorKind::unavailable && took >= options_.timeout &&
                      size.rows > k_fewest_rows;
    if (!slow) throw;
    rows_ = std::max(k_fewest_rows, size.rows / 2);
    options_.log(LogLevel::info,
                 fmt::format("{}: no answer to a page of {} rows ({}), the next asks for {}",
                             options_.connection, size.rows, error.text(), rows_.load()));
    return std::nullopt;
  }
}

Error PageReader::failure(std::string text) const {
  return {ErrorKind::protocol, std::move(text), "itsmc connection test " + options_.connection};
}

void PageReader::after_cut(Trouble& trouble) const {
  if (++trouble.cut < k_most_tries) return;
  throw Error(ErrorKind::unavailable,
              fmt::format("Cherwell's pages end in their middle, {} times in a row", trouble.cut),
              "itsmc connection test " + options_.connection);
}

void PageReader::after_empty(std::int64_t promised, Trouble& trouble) {
  if (++trouble.empty >= k_most_tries) {
    throw failure(fmt::format("Cherwell counts {} more rows (totalRows) and sends none",
                              with_separators(promised)));
  }
  if (!clock_.wait_for(k_wait_when_empty, trouble.stop)) {
    throw Error(ErrorKind::cancelled, "interrupted");
  }
}

/// A row may change while the instance reads it; a filter that is ignored stays ignored.
void PageReader::after_disorder(const Disorder& disorder, Lane& lane, Trouble& trouble) {
  if (++trouble.unasked < 2) return;
  if (disorder.asked.sorted == Asked::Sorted::by_time_then_id) {
    lane = to_rest_by_key(disorder.walk, lane);
    trouble.unasked = 0;
    return;
  }
  throw failure(proven_ ? "Cherwell ignored the filter or the order of the search: " + disorder.what
                        : "neither sortDirection 0 nor 1 sorts upwards: " + disorder.what);
}

/// True when the other direction is worth a try: none has been proven yet, or another lane was
/// quicker to find out.
bool PageReader::turn_around(const Lane& lane, int tried) {
  if (lane.ascending) return false;
  int expected = tried;
  if (!proven_ && !turned_.exchange(true)) {
    ascending_.compare_exchange_strong(expected, 1 - tried);
    return true;
  }
  return ascending_ != tried;
}

void PageReader::note_direction(Lane& lane, int ascending) {
  lane.ascending = ascending;
  ascending_ = ascending;
  proven_ = true;
}

/// See the beginning of cherwell_walk.cpp.
bool PageReader::must_go_back(const View& view, const Walk& walk, Lane& lane,
                              const PageFacts& facts, const std::stop_token& stop) {
  if (!is_short(lane, facts.total)) {
    if (lane.count && lane.stage == Stage::page) lane.doubts = 0;
    return false;
  }
  WorkItemBatch unused;
  const SearchSize one{.rows = 1, .ascending = lane.ascending.value_or(ascending_)};
  const PageFacts now = search(view, count_search(walk, lane), one, unused, stop);
  if (!now.total || !proves_skip(lane, *facts.total, *now.total)) return false;
  if (++lane.doubts >= k_most_tries) {
    throw failure(fmt::format(
        "Cherwell counts {} rows (totalRows), but sent {} and has {} left: some never come",
        with_separators(*now.total), with_separators(lane.count->came),
        with_separators(*facts.total)));
  }
  lane.stage = Stage::page;
  lane.id = lane.count->id;
  lane.time = lane.count->time;
  lane.count.reset();
  return true;
}

// RecIDs are made from the time ("93..", "94..": cherwell reference 9, recorded rows), so the space
// of hex digits cannot be cut evenly: all rows would be in one lane. Each lane's beginning is the
// RecID of a row that really is there. The cuts are made once, before the walk: the cursors keep
// them.
std::vector<Lane> PageReader::lanes(const Walk& walk, int wanted, const std::stop_token& stop) {
  Lane whole;
  whole.order = walk.order;
  if (walk.order == Order::by_time || wanted <= 1) return {whole};
  const std::shared_ptr<const View> view = views_.of(walk.type, stop);
  const Asked asked = next_search(walk, whole);
  WorkItemBatch rows;
  const SearchSize look{.rows = 2, .ascending = ascending_};
  const std::int64_t total = search(*view, asked, look, rows, stop).total.value_or(0);
  const bool backwards = look_at(rows, asked.sorted).sequence == Sequence::descending;
  if (backwards && !proven_) ascending_ = 1 - look.ascending;
  const std::int64_t most = total / (k_pages_worth_a_lane * rows_.load());
  const auto lanes = std::clamp<std::int64_t>(most, 1, std::min(wanted, k_most_lanes));
  whole.left = total / lanes;
  std::vector<Lane> cut{whole};
  for (std::int64_t i = 1; i < lanes; ++i) {
    const auto bound = id_at_row(*view, asked, total * i / lanes, stop);
    // Rows went in the meantime: a cut that is out of order is left out.
    if (!bound || !precedes(cut.back().id, *bound)) continue;
    cut.back().last_id = *bound;
    cut.push_back(whole);
    cut.back().id = *bound;
  }
  return cut;
}

std::optional<std::string> PageReader::id_at_row(const View& view, const Asked& asked,
                                                 std::int64_t row, const std::stop_token& stop) {
  WorkItemBatch rows;
  const SearchSize look{.first_row = row, .rows = 1, .ascending = ascending_};
  const PageFacts facts = search(view, asked, look, rows, stop);
  if (!facts.whole || rows.empty()) return std::nullopt;
  return std::string(rows[0].text(TextField::id));
}

PageReader::KeyOrderFound PageReader::look_at_keys(WorkItemType type, const std::stop_token& stop) {
  const std::shared_ptr<const View> view = views_.of(type, stop);
  KeyOrderFound found;
  for (int tries = 0; tries < 2; ++tries) {
    WorkItemBatch rows;
    const SearchSize size{.rows = k_look_rows, .ascending = ascending_};
    found.total = search(*view, {}, size, rows, stop).total;
    const Seen seen = look_at(rows, Asked::Sorted::by_id);
    found.by_bytes = seen.sequence == Sequence::ascending;
    found.broken_at = seen.broken_at;
    if (seen.rows > 1 && found.by_bytes) proven_ = true;
    if (seen.sequence != Sequence::descending) break;
    ascending_ = 1 - size.ascending;
  }
  return found;
}

PageReader::Newest PageReader::newest(WorkItemType type, const std::stop_token& stop) {
  const std::shared_ptr<const View> view = views_.of(type, stop);
  Asked asked;
  asked.sorted = Asked::Sorted::by_time_then_id;
  Newest newest;
  for (int tries = 0; tries < 2; ++tries) {
    WorkItemBatch rows;
    const SearchSize size{.rows = 2, .ascending = 1 - ascending_};
    newest.total = search(*view, asked, size, rows, stop).total;
    if (!rows.empty()) newest.last_modified = rows[0].time(TimeField::updated_at);
    const Seen seen = look_at(rows, asked.sorted);
    if (seen.rows < 2 || seen.sequence != Sequence::ascending) break;
    ascending_ = size.ascending;
  }
  return newest;
}

}  // namespace itsmc::partners::cherwell
