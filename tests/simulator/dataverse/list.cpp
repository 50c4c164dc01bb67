// One page of a table: its rows, its count, the way on.
#include <algorithm>

#include <fmt/format.h>

#include "dataverse/answers.hpp"
#include "dataverse/site.hpp"
#include "shared/compress.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::size_t k_most = 5000;  // rows of a page and of a count (reference 4)
constexpr std::size_t k_worth_caching = 20;

// What surrounds the rows of a page.
struct Frame {
  std::string head;
  std::string tail;
};

std::size_t page_size(const Call& call, const Query& query) {
  std::size_t most = k_most;
  if (const auto* cap = call.firing.argument("page-cap")) {
    most = static_cast<std::size_t>(std::max<std::int64_t>(1, number_or(*cap, 500)));
  }
  std::size_t size = std::min(call.preferences.page_size.value_or(most), most);
  // $top counts only without a page size of one's own (reference 4).
  if (query.top && !call.preferences.page_size) size = std::min(*query.top, most);
  if (const auto* extra = call.firing.argument("page-larger")) {
    size += static_cast<std::size_t>(std::max<std::int64_t>(0, number_or(*extra, 1)));
  }
  return size;
}

// The query as it was sent, without the place: nothing is decoded and encoded again.
std::string kept_options(const Request& request) {
  std::string kept;
  std::string_view raw = request.raw_query;
  while (!raw.empty()) {
    const auto end = std::min(raw.find('&'), raw.size());
    const auto part = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (part.empty() || decode_query(part).starts_with("$skiptoken=")) continue;
    kept += (kept.empty() ? "" : "&") + std::string(part);
  }
  return kept;
}

std::string next_link(const Call& call, const Table& table, const Query& query,
                      const Cursor& cursor) {
  const std::string kept = kept_options(call.request);
  std::string link = table.schema().set + "?" + kept + (kept.empty() ? "" : "&") +
                     "$skiptoken=" + skip_token(cursor, query, table.schema());
  if (call.firing.has("next-link-relative")) return link;
  link = fmt::format("{}{}", call.base, link);
  if (const auto* host = call.firing.argument("next-link-host")) {
    const auto begin = link.find("://") + 3;
    link.replace(begin, link.find('/', begin) - begin, host->empty() ? "other.example" : *host);
  }
  return link;
}

Cursor cursor_behind(const Table& table, const Query& query, const Row& last) {
  Cursor cursor{query.cursor ? query.cursor->page + 1 : 2, {}, last.id, 0};
  for (const auto& order : query.orders) cursor.last.push_back(table.value(last, order.column));
  return cursor;
}

// The way on from an empty page: the place does not move.
Cursor same_place(const Query& query) {
  Cursor cursor = query.cursor.value_or(Cursor{1, {}, Guid{}, 0});
  cursor.last.resize(query.orders.size());
  ++cursor.page;
  return cursor;
}

std::string counted(const Call& call, const Table& table, const Query& query,
                    const Reader& reader) {
  if (!query.count) return {};
  const auto count = count_rows(table, query, reader, k_most);
  std::string text = fmt::format(R"("@odata.count":{},)", std::min(count, k_most));
  if (call.preferences.annotates("Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded")) {
    text += fmt::format(R"("@Microsoft.Dynamics.CRM.totalrecordcount":{},)"
                        R"("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded":{},)",
                        std::min(count, k_most), count > k_most);
  }
  return text;
}

std::string cache_key(const Site& site, const Table& table, const Page& page, const View& view,
                      const Frame& frame) {
  std::uint64_t one = page.rows.size();
  std::uint64_t two = 0x51ed270b9f1a6cd3ULL;
  for (const Row* row : page.rows) {
    one = mix(one ^ row->version);
    two = (two ^ row->version) * 0x2127599bf4325c37ULL;
  }
  return fmt::format("{:x}.{:x}.{}.{}|{}|{}|{}", one, two, table.schema().set,
                     site.organisation.names_version(), view.key(), frame.head, frame.tail);
}

void add_page(Site& site, const Call& call, const Table& table, const Page& page, const View& view,
              const Frame& frame, Reply& reply) {
  const bool packed = accepts_gzip(call.request) && !call.firing.has("no-gzip") &&
                      !call.firing.has("truncated-json-200");
  const bool cached = page.rows.size() >= k_worth_caching && view.expands.empty();
  const std::string key =
      cached ? (packed ? "g" : "p") + cache_key(site, table, page, view, frame) : "";
  if (packed) reply.set_header("Content-Encoding", "gzip");
  if (cached) reply.body = site.pages.find(key);
  if (reply.body) return;
  std::string text = frame.head;
  text.reserve(page.rows.size() * 1400 + 1024);
  const Renderer renderer(site.organisation, table, view);
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    if (i > 0) text += ',';
    renderer.append(*page.rows[i], text);
  }
  text += frame.tail;
  if (packed) text = gzip(text, site.settings.gzip_level);
  reply.set_body(std::move(text));
  if (cached) site.pages.keep(key, reply.body);
}

}  // namespace

Reply list_rows(Site& site, const Call& call, const Table& table, const Query& query) {
  const Reader reader = reader_of(call.firing);
  const View view = view_of(call, query);
  Page page = select_page(table, query, reader, page_size(call, query));
  const bool emptied = call.firing.has("empty-page") && !page.rows.empty();
  const bool all_of_top = query.top && !call.preferences.page_size;
  std::string link;
  if (emptied)
    link = next_link(call, table, query, same_place(query));
  else if (page.more && !all_of_top)
    link = next_link(call, table, query, cursor_behind(table, query, *page.rows.back()));
  if (emptied) page.rows.clear();
  if (const auto* repeats = call.firing.argument("duplicate-rows")) {
    const auto count = std::min(static_cast<std::size_t>(number_or(*repeats, 1)), page.rows.size());
    for (std::size_t i = 0; i < count; ++i) page.rows.push_back(page.rows[i]);
  }
  const Frame frame{fmt::format(R"({{"@odata.context":{},{}"value":[)",
                                quote_json(context_of(call, table.schema(), query, "")),
                                counted(call, table, query, reader)),
                    link.empty() ? "]}" : R"(],"@odata.nextLink":)" + quote_json(link) + "}"};
  Reply reply = data_reply("");
  reply.body = nullptr;
  add_page(site, call, table, page, view, frame, reply);
  return reply;
}

}  // namespace itsmc::sim::dataverse
