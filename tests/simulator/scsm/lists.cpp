#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "scsm/answers.hpp"
#include "scsm/query.hpp"
#include "scsm/site.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::scsm {
namespace {

constexpr const char* k_zero_guid = "00000000-0000-0000-0000-000000000000";

// The rows of one page and the place where the next begins.
struct Selected {
  std::vector<const WorkItem*> rows;
  std::optional<Place> next;
};

Selected select(const Shelf& shelf, const ListQuery& query) {
  const auto& all = shelf.ordered();
  std::size_t at = query.from_ms ? shelf.first_from(*query.from_ms) : 0;
  if (query.after) at = std::max(at, shelf.first_behind(*query.after));
  const std::size_t end = query.until_ms ? shelf.first_from(*query.until_ms) : all.size();
  Selected selected;
  for (; at < end; ++at) {
    if (all[at]->hidden) continue;  // the account's scope is part of the query: pages stay full
    if (selected.rows.size() == static_cast<std::size_t>(query.top)) {
      const WorkItem& last = *selected.rows.back();
      selected.next = Place{last.modified_ms, last.base_id};
      break;
    }
    selected.rows.push_back(all[at]);
  }
  return selected;
}

void spoil_selection(const Firing& firing, const ListQuery& query, Selected& selected) {
  if (firing.has("empty-page") && !selected.rows.empty()) {
    const WorkItem& first = *selected.rows.front();
    selected.next = query.after ? *query.after : Place{first.modified_ms, k_zero_guid};
    selected.rows.clear();
  }
  if (firing.has("no-next")) selected.next.reset();
  if (const auto* again = firing.argument("duplicate-rows")) {
    const auto count =
        std::min(static_cast<std::size_t>(number_or(*again, 1)), selected.rows.size());
    for (std::size_t i = 0; i < count; ++i) selected.rows.push_back(selected.rows[i]);
  }
}

// Absolute; keeps the window and the size of the request.
std::string next_link(const Call& call, const Place& place) {
  const auto* host = call.firing.argument("foreign-next");
  std::string link = host ? "https://" + (host->empty() ? "sm-bridge.contoso.local" : *host)
                          : call.request.origin();
  link += call.request.path + "?$skiptoken=" + percent_encoded(skip_token(place));
  for (const char* name : {"$filter", "$top"}) {
    const auto* value = call.request.param(name);
    if (value) link += std::string("&") + name + "=" + percent_encoded(*value);
  }
  return link;
}

std::string page_json(const Selected& selected, const View& view, const std::string& next) {
  std::string out = R"({"value":[)";
  out.reserve(selected.rows.size() * 2048 + 512);
  for (const auto* row : selected.rows) {
    if (out.back() == '}') out += ',';
    write_work_item(*row, view, out);
  }
  out += ']';
  if (!next.empty()) out += R"(,"@odata.nextLink":)" + quote_json(next);
  return out + '}';
}

void replace_first(std::string& text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

void spoil_text(const Firing& firing, std::string& text) {
  if (firing.has("bad-date")) replace_first(text, R"("lastModified":"20)", R"("lastModified":"x)");
  if (firing.has("bad-id")) replace_first(text, R"("baseId":")", R"("baseId":null,"was":")");
  if (firing.has("error-200")) {
    text.pop_back();
    text += R"(,"error":{"code":"sdkTimeout","message":"The query was ended.","details":[]}})";
  }
  if (const auto* percent = firing.argument("truncated-json-200")) {
    const auto kept = std::min<std::size_t>(static_cast<std::size_t>(number_or(*percent, 60)), 99);
    text.resize(text.size() * kept / 100);
  }
}

bool packs(const Call& call) {
  return call.request.header("Accept-Encoding").find("gzip") != std::string::npos &&
         !call.firing.has("no-gzip");
}

Reply page_reply(const Call& call, BodyPtr body) {
  Reply reply = json_reply(200, "");
  reply.body = std::move(body);
  reply.set_header("Vary", "Accept-Encoding");
  if (packs(call)) reply.set_header("Content-Encoding", "gzip");
  return reply;
}

// Only pages that no fault has touched are kept.
std::string cache_key(const Site& site, const Call& call, const Selected& selected,
                      const std::string& next) {
  if (!call.firing.text().empty() || selected.rows.empty()) return {};
  return fmt::format("{}|{}|{}|{}|{}", site.group.revision(), packs(call),
                     selected.rows.front()->base_id, selected.rows.size(), next);
}

BodyPtr page_body(Site& site, const Call& call, const ListQuery& query) {
  const std::shared_lock lock(site.group.lock);
  const bool incident = call.request.path.ends_with("/incidents");
  const Shelf& shelf = site.group.shelf(incident ? ItemType::incident : ItemType::change_request);
  Selected selected = select(shelf, query);
  spoil_selection(call.firing, query, selected);
  const std::string next = selected.next ? next_link(call, *selected.next) : "";
  const std::string key = cache_key(site, call, selected, next);
  if (auto kept = key.empty() ? nullptr : site.pages.find(key)) return kept;
  std::string text = page_json(selected, view_of(site, call.firing), next);
  spoil_text(call.firing, text);
  if (packs(call)) text = gzip(text, site.settings.gzip_level);
  auto body = std::make_shared<const std::string>(std::move(text));
  if (!key.empty()) site.pages.keep(key, body);
  return body;
}

Reply not_found(const std::string& what) {
  return error_reply(404, "notFound", what + " does not exist.");
}

bool matches(const NameFilter& filter, const ConfigItem& item) {
  return (filter.display && same_name(*filter.display, item.display)) ||
         (filter.principal && same_name(*filter.principal, item.principal));
}

}  // namespace

Reply list_work_items(Site& site, const Call& call, ItemType type) {
  if (!may_read(call.firing, type)) {
    return error_reply(403, "forbidden", "The account's user role may not read these work items.");
  }
  ListQuery query = read_list_query(call.request);
  if (query.problem) return *std::move(query.problem);
  if (const auto* more = call.firing.argument("page-larger")) query.top += number_or(*more, 1);
  if (const auto* most = call.firing.argument("page-smaller")) {
    query.top = std::clamp<std::int64_t>(number_or(*most, 50), 1, query.top);
  }
  disturb(site, call.firing, type);
  return page_reply(call, page_body(site, call, query));
}

Reply get_work_item(Site& site, const Call& call, const std::string& id) {
  const std::shared_lock lock(site.group.lock);
  const WorkItem* row = site.group.find(id);
  if (!row || row->hidden) return not_found("The work item " + id);
  if (!may_read(call.firing, row->type)) {
    return error_reply(403, "forbidden", "The account's user role may not read this work item.");
  }
  std::string out;
  write_work_item(*row, view_of(site, call.firing), out);
  return json_reply(200, std::move(out));
}

Reply list_config_items(Site& site, const Call& call) {
  const NameFilter filter = read_name_filter(call.request.param_or("$filter", ""));
  if (!filter.understood) {
    return error_reply(400, "badRequest", "displayName eq 'x' or principalName eq 'x' is required.",
                       "$filter");
  }
  const std::shared_lock lock(site.group.lock);
  const EnumValue* active = site.group.enums.object_status.find("Active");
  std::string out = R"({"value":[)";
  for (const auto& [id, item] : site.group.config_items()) {
    const bool shown = item.status == active || call.firing.has("deleted-cis");
    if (!shown || !matches(filter, item)) continue;
    if (out.back() == '}') out += ',';
    write_config_item(item, view_of(site, call.firing), out);
  }
  return json_reply(200, out + "]}");
}

Reply show_list(Site& site, const Call& call, const std::string& name) {
  const std::shared_lock lock(site.group.lock);
  const EnumList* list = site.group.enums.find(name);
  if (!list) return not_found("The enumeration " + name);
  return json_reply(200, list_json(*list, view_of(site, call.firing)));
}

}  // namespace itsmc::sim::scsm
