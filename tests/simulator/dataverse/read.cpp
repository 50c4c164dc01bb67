#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "dataverse/answers.hpp"
#include "dataverse/fill.hpp"
#include "dataverse/site.hpp"
#include "shared/compress.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::size_t k_most = 5000;  // rows of a page and of a count (reference 4)
constexpr std::size_t k_worth_caching = 20;
constexpr std::string_view k_formatted = "OData.Community.Display.V1.FormattedValue";
constexpr std::string_view k_lookup_name = "Microsoft.Dynamics.CRM.lookuplogicalname";

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
  link.insert(0, call.base);
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

void check_expand(const Site& site, const Table& table, const Query& query) {
  check_expands(site.organisation, table.schema(), query.expands);
}

const Row& readable_row(const Site& site, const Call& call, const Table& table,
                        const std::string& key) {
  const auto id = resolve_key(table, key);
  const Row* row = id ? table.find(*id) : nullptr;
  if (!row) {
    const std::string shown = id ? id->text() : key;
    throw Refusal(
        404, k_not_found,
        fmt::format("Entity '{}' With Id = {} Does Not Exist", table.schema().table, shown));
  }
  if (!reader_of(call.firing).may_read(*row)) {
    throw Refusal(
        403, k_no_privilege,
        fmt::format("Principal user (Id={}, type=8) is missing prvRead{} privilege for "
                    "entity '{}' on record {}",
                    site.user.text(), table.schema().table, table.schema().table, row->id.text()));
  }
  return *row;
}

// incidents(..)/ownerid, systemusers(..)/systemuserroles_association
Reply read_navigation(Site& site, const Call& call, const Table& table, const Row& row,
                      const std::string& navigation) {
  const auto* association = site.organisation.association(table.schema().table, navigation);
  if (!association) {
    throw Refusal(404, "0x8006088a", "Resource not found for the segment '" + navigation + "'.");
  }
  const Table& target = *site.organisation.table(association->target);
  const Query query = query_of(call.request, target.schema());
  check_expand(site, target, query);
  const View view = view_of(call, query);
  const Renderer renderer(site.organisation, target, view);
  std::string body = fmt::format(R"({{"@odata.context":{},"value":[)",
                                 quote_json(context_of(call, target.schema(), query, "")));
  const auto [begin, end] = association->links.equal_range(row.id);
  for (auto link = begin; link != end; ++link) {
    const Row* found = target.find(link->second);
    if (!found) continue;
    if (link != begin) body += ',';
    renderer.append(*found, body);
  }
  Reply reply = data_reply("");
  set_packed(site, call, body + "]}", reply);
  return reply;
}

void disturb(Site& site, const Call& call, const Address& address) {
  const auto* updates = call.firing.argument("update-between-pages");
  if (!updates) return;
  const std::unique_lock lock(site.organisation.lock);
  Table* table = site.organisation.set(address.set);
  if (!table) return;
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_or(*updates, 1)));
  const auto seed = site.organisation.version();
  set_modified(site.organisation, *table, chosen_rows(*table, count, seed), site.bench.clock.now());
}

}  // namespace

Reader reader_of(const Firing& firing) {
  const auto* percent = firing.argument("hidden-rows");
  if (!percent) return {};
  return {static_cast<unsigned>(std::clamp<std::int64_t>(number_or(*percent, 10), 0, 100))};
}

View view_of(const Call& call, const Query& query) {
  View view;
  view.columns = query.select;
  view.expands = query.expands;
  const bool annotated = !call.firing.has("no-annotations");
  view.formatted = annotated && call.preferences.annotates(k_formatted);
  view.lookup_names = annotated && call.preferences.annotates(k_lookup_name);
  const auto* zone = call.firing.argument("user-zone");
  // A user in Los Angeles unless told otherwise: whoever reads formatted dates is wrong.
  view.zone_seconds = (zone ? number_or(*zone, 0) : -480) * 60;
  if (const auto* column = call.firing.argument("bad-date")) {
    view.bad_date = column->empty() ? "modifiedon" : *column;
  }
  view.base = call.base;
  return view;
}

std::string context_of(const Call& call, const Schema& schema, const Query& query,
                       std::string_view suffix) {
  std::string names;
  for (const auto& name : query.select_names) names += (names.empty() ? "" : ",") + name;
  for (const auto& expand : query.expands) {
    names += (names.empty() ? "" : ",") + expand.navigation + "(";
    for (std::size_t i = 0; i < expand.select.size(); ++i) {
      names += (i > 0 ? "," : "") + expand.select[i];
    }
    names += ")";
  }
  if (!names.empty()) names = "(" + names + ")";
  return call.base + "$metadata#" + schema.set + names + std::string(suffix);
}

void set_packed(const Site& site, const Call& call, std::string body, Reply& reply) {
  const bool packed =
      accepts_gzip(call.request) && !call.firing.has("no-gzip") && body.size() > 2048;
  if (packed) {
    body = gzip(body, site.settings.gzip_level);
    reply.set_header("Content-Encoding", "gzip");
  }
  reply.set_body(std::move(body));
}

void check_privilege(const Call& call, const Schema& schema, std::string_view privilege) {
  const bool reads = privilege == "prvRead";
  const auto* table = call.firing.argument(reads ? "no-read" : "no-write");
  if (!table) return;
  if (!table->empty() && *table != schema.table && *table != schema.set) return;
  throw Refusal(403, k_no_privilege,
                fmt::format("Principal user (Id={}, type=8, roleCount=1, privilegeCount=812, "
                            "accessMode=0), is missing {}{} privilege (Id={}) on OTC=112 for "
                            "entity '{}' (LocalizedName='{}'). context.Caller={}",
                            call.user.text(), privilege, schema.table,
                            guid_of(std::string(privilege) + schema.table).text(), schema.table,
                            schema.table, call.user.text()));
}

std::optional<Guid> resolve_key(const Table& table, const std::string& key) {
  if (const auto id = parse_guid(key)) return id;
  const auto& schema = table.schema();
  const auto equals = key.find('=');
  if (equals == std::string::npos) {
    throw Refusal(400, k_bad_query, "Bad Request - Error in query syntax.");
  }
  const std::string name = key.substr(0, equals);
  std::string value = key.substr(equals + 1);
  if (name == schema.key) return resolve_key(table, value);
  if (schema.alternate_key.empty() || name != schema.alternate_key || value.size() < 2 ||
      value.front() != '\'') {
    throw Refusal(400, k_bad_query,
                  fmt::format("The key in the request URI is not valid for resource "
                              "'Microsoft.Dynamics.CRM.{}'.",
                              schema.table));
  }
  const Filter filter = parse_filter(name + " eq " + value, schema);
  for (const auto& position : table.by_key()) {
    if (matches(filter, table, table.row(position.row))) return position.id;
  }
  return std::nullopt;
}

Reply row_reply(Site& site, const Call& call, const Table& table, const Row& found) {
  const Query query = query_of(call.request, table.schema());
  check_expand(site, table, query);
  const View view = view_of(call, query);
  std::string body = fmt::format(R"({{"@odata.context":{},)",
                                 quote_json(context_of(call, table.schema(), query, "/$entity")));
  Renderer(site.organisation, table, view).append_members(found, body);
  Reply reply = data_reply("");
  set_packed(site, call, body + "}", reply);
  return reply;
}

Reply read_rows(Site& site, const Call& call, const Address& address) {
  disturb(site, call, address);
  const std::shared_lock lock(site.organisation.lock);
  const Table* table = site.organisation.set(address.set);
  if (!table) {
    throw Refusal(404, "0x8006088a", "Resource not found for the segment '" + address.set + "'.");
  }
  check_privilege(call, table->schema(), "prvRead");
  if (address.key) {
    const Row& row = readable_row(site, call, *table, *address.key);
    if (!address.rest.empty()) return read_navigation(site, call, *table, row, address.rest);
    const std::string etag = fmt::format("W/\"{}\"", row.version);
    if (call.request.header("If-None-Match") == etag) {
      Reply reply = data_reply("");
      reply.status = 304;
      return reply;
    }
    return row_reply(site, call, *table, row);
  }
  if (address.rest == "$count") {
    const auto count =
        count_rows(*table, query_of(call.request, table->schema()), reader_of(call.firing), k_most);
    Reply reply = data_reply(std::to_string(std::min(count, k_most)));
    reply.content_type = "text/plain";
    return reply;
  }
  if (!address.rest.empty()) {
    throw Refusal(404, "0x8006088a", "Resource not found for the segment '" + address.rest + "'.");
  }
  if (call.preferences.track_changes || call.request.param("$deltatoken")) {
    return read_changes(site, call, *table);
  }
  const Query query = query_of(call.request, table->schema());
  check_expand(site, *table, query);
  return list_rows(site, call, *table, query);
}

}  // namespace itsmc::sim::dataverse
