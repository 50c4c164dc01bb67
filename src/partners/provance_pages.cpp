#include "partners/provance_pages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "partners/odata_link.hpp"

namespace itsmc::partners::provance {
namespace {

// The product's own most; it passes over larger wishes in silence (provance reference 4).
constexpr int k_most_rows = 5000;
constexpr int k_most_cut_pages = 3;

/// A stored link that has expired or is not understood any more. Anything else is no matter of the
/// link.
bool is_refused_link(int status) {
  return status == 400 || status == 404 || status == 410;
}

std::string request_id(const http::Response& response) {
  return excerpt(response.header("x-ms-service-request-id").value_or(""), 100);
}

}  // namespace

/// One request of a lane.
struct PageReader::Asked {
  Lane lane;
  std::string url;
};

Error not_mapped(const Organisation& organisation, WorkItemType type) {
  const std::string& name = organisation.connection.name;
  return {ErrorKind::invalid,
          fmt::format("{} is not mapped by profile {}", to_string(type), organisation.profile.name),
          fmt::format("sync what it maps: itsmc connection edit {0} --work-items {1}; or give a "
                      "profile that maps it: itsmc connection profile {0} drafts one",
                      name, type == WorkItemType::incident ? "change-request" : "incident")};
}

PageReader::PageReader(Organisation organisation, int max_page_size, Log log)
    : organisation_(organisation),
      page_size_(std::clamp(max_page_size, 1, k_most_rows)),
      log_(std::move(log)) {
  for (const TableMap& table : organisation_.profile.tables) {
    const auto place = static_cast<std::size_t>(table.type);
    if (place < maps_.size()) maps_[place] = std::make_unique<const RowMap>(table);
  }
}

const RowMap& PageReader::map_of(WorkItemType type) const {
  const auto place = static_cast<std::size_t>(type);
  if (place >= maps_.size() || !maps_[place]) throw not_mapped(organisation_, type);
  return *maps_[place];
}

std::string PageReader::table_path(WorkItemType type) const {
  return fmt::format("{}/{}", organisation_.profile.service_path, map_of(type).table().set);
}

PageReader::Asked PageReader::next_request(const Walk& walk, Lane lane) const {
  const std::string table = table_path(walk.type);
  if (lane.link.empty()) {
    lane.rows = page_size_;
    std::string url = organisation_.client.url(table, walk_query(walk, lane, map_of(walk.type)));
    return {std::move(lane), std::move(url)};
  }
  // It lay in the store: checked again before the token goes with it.
  odata::NextLink link = odata::resolve_next_link(organisation_.client.url(table, {}), lane.link);
  if (!link.problem.empty()) {
    throw Error(ErrorKind::damaged,
                "the saved position of the walk cannot be used: " + link.problem,
                "itsmc sync run --full " + organisation_.connection.name);
  }
  return {std::move(lane), std::move(link.url)};
}

/// The way on, whole; empty behind the last page.
std::string PageReader::next_link(const Asked& asked, const PageFacts& facts) const {
  if (facts.next_link.empty()) return {};
  odata::NextLink link = odata::resolve_next_link(asked.url, facts.next_link);
  if (link.problem.empty()) return std::move(link.url);
  throw Error(ErrorKind::protocol, link.problem,
              fmt::format("the sign-in is not sent there; if that host is the organisation's own, "
                          "make it the connection's url: itsmc connection edit {} --url ...",
                          organisation_.connection.name));
}

Page PageReader::fetch(const Walk& whole, const Cursor& cursor, const std::stop_token& stop) {
  Lane lane = parse_cursor(cursor);
  const Walk walk = part_of(whole, lane.part);
  Asked asked = next_request(walk, std::move(lane));
  Page page;
  for (int cut = 0;;) {
    http::Response response =
        organisation_.client.raw(request_for(asked.url, asked.lane.rows), http::Replay::safe, stop);
    const std::optional<Error> failure = failure_of(organisation_, response);
    if (failure && !asked.lane.link.empty() && is_refused_link(response.status)) {
      log_(LogLevel::warning,
           fmt::format("{}: the next link is no longer taken ({}): going on from the last row",
                       organisation_.connection.name, failure->text()));
      asked = next_request(walk, after_refused_link(asked.lane, failure->text()));
      continue;
    }
    if (failure) throw Error(*failure);
    const PageFacts facts = decode(walk, asked, response, page.items);
    if (facts.cut_off && ++cut < k_most_cut_pages) continue;
    if (facts.cut_off) {
      Error error(ErrorKind::unavailable, "a page ends in its middle, again and again",
                  "try again later, with smaller pages: itsmc sync run --page-size 500");
      throw Error(error.with_request_id(request_id(response)));
    }
    std::string next = next_link(asked, facts);
    page.last = next.empty();
    page.next = to_cursor(after_page(asked.lane, facts, std::move(next)));
    return page;
  }
}

PageFacts PageReader::decode(const Walk& walk, const Asked& asked, http::Response& response,
                             WorkItemBatch& items) {
  const RowBounds bounds = bounds_of(walk, asked.lane);
  const std::scoped_lock hold(decode_mutex_);
  try {
    const std::string_view text = http::plain_body(response, plain_);
    response.body = {};
    // inflate leaves 64 spare bytes behind what it put into its buffer.
    const bool padded = text.data() == plain_.data();
    return decode_page({text, padded ? std::size_t{64} : std::size_t{0}}, map_of(walk.type), bounds,
                       scratch_, items);
  } catch (Error& error) {
    error.with_request_id(request_id(response));
    throw;
  }
}

}  // namespace itsmc::partners::provance
