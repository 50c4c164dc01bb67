#include <mutex>

#include <fmt/format.h>

#include "dataverse/answers.hpp"
#include "dataverse/fill.hpp"
#include "dataverse/site.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::size_t k_most = 5000;  // rows of a count (reference 4)
constexpr std::string_view k_formatted = "OData.Community.Display.V1.FormattedValue";
constexpr std::string_view k_lookup_name = "Microsoft.Dynamics.CRM.lookuplogicalname";

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
