#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include <fmt/format.h>

#include "servicenow/answers.hpp"
#include "servicenow/site.hpp"
#include "shared/compress.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::uint64_t k_few = 1000;

// Faults that change the text of a body: it must not be packed yet when they do.
bool changes_text(const Firing& firing) {
  return firing.has("truncated-json-200") || firing.has("error-key-200");
}

// Hidden as a whole rather than by row: the answer is an empty list, not an error.
bool reads_as_empty(const Call& call) {
  return (call.table == "sys_properties" && call.firing.has("sys-properties-unreadable")) ||
         (call.table == "sys_choice" && call.firing.has("choices-unreadable")) ||
         (call.table == "sys_dictionary" && call.firing.has("dictionary-unreadable")) ||
         (call.table == "sys_user_has_role" && call.firing.has("roles-unreadable")) ||
         call.firing.has("empty-page");
}

std::optional<Reply> refused(const Site& site, const Call& call) {
  if (const auto* table = call.firing.argument("acl-table"); table && *table == call.table) {
    return acl_exception("Read");
  }
  if (call.firing.has("acl-api")) {
    return error_reply(403, "User Not Authorized", "Failed API level ACL Validation");
  }
  if (call.table == "sys_audit_delete" && call.firing.has("audit-refused")) {
    return acl_exception("Read");
  }
  if (site.instance.table_numbers(call.table).empty()) return invalid_table(call.table);
  return std::nullopt;
}

void add_count(const Firing& firing, std::uint64_t total, Reply& reply) {
  const auto* off = firing.argument("total-count-off");
  if (off && (off->empty() || *off == "absent")) return;
  auto shown = static_cast<std::int64_t>(total);
  if (off) {
    const std::string digits = off->starts_with("+") ? off->substr(1) : *off;
    const bool relative = off->starts_with("+") || off->starts_with("-");
    shown = std::max<std::int64_t>(0, number_or(digits, 0) + (relative ? shown : 0));
  }
  reply.set_header("X-Total-Count", std::to_string(shown));
}

void add_links(const Site& site, const Call& call, const SelectionPlan& plan,
               const Selection& found, Reply& reply) {
  if (call.firing.has("no-link")) return;
  if (call.request.param_or("sysparm_suppress_pagination_header", "") == "true") return;
  const PageLinks links{"https://" + site.settings.foreign_name, plan.offset, plan.limit,
                        found.total, found.more};
  const std::string link = link_header(call.request, links);
  if (!link.empty()) reply.set_header("Link", link);
}

// Rows that come twice, rows behind the limit, rows hidden after it.
void deviate(Site& site, const Call& call, Selection& found) {
  if (const auto* count = call.firing.argument("duplicate-rows")) {
    const auto twice =
        std::min<std::size_t>(found.rows.size(), static_cast<std::size_t>(number_or(*count, 1)));
    found.rows.insert(found.rows.end(), found.rows.begin(),
                      found.rows.begin() + static_cast<std::ptrdiff_t>(twice));
  }
  if (call.firing.has("acl-rows") || call.firing.has("acl-rows-block")) {
    std::erase_if(found.rows,
                  [&](const RowRef& row) { return hidden_by_acl(site, call.firing, row); });
  }
  if (reads_as_empty(call)) {
    found.rows.clear();
    if (!call.firing.has("empty-page")) {
      found.more = false;
      if (found.total) found.total = 0;
    }
  }
  // no-role=NAME: the grant is not there for whoever asks.
  const auto* role = call.firing.argument("no-role");
  if (!role || call.table != "sys_user_has_role") return;
  const auto column = site.instance.table("sys_user_has_role")->schema().at("role");
  const Key id = key_for("sys_user_role", *role);
  std::erase_if(found.rows, [&](const RowRef& row) {
    return site.instance.table(row.table).row(row.row).stored(column).value_or("") == id.text();
  });
}

BodyPtr list_body(Site& site, const Call& call, const Selection& found, Reply& reply) {
  const bool packed =
      accepts_gzip(call.request) && !call.firing.has("no-gzip") && !changes_text(call.firing);
  if (packed) reply.set_header("Content-Encoding", "gzip");
  return site.pages.page(found.rows, view_of(site, call),
                         packed ? Encoding::gzip : Encoding::identity);
}

}  // namespace

bool hidden_by_acl(Site& site, const Firing& firing, const RowRef& row) {
  const Table& table = site.instance.table(row.table);
  if (!table.schema().is_task()) return false;
  const Row& record = table.row(row.row);
  if (const auto* percent = firing.argument("acl-rows")) {
    const auto bound = static_cast<std::uint64_t>(number_or(*percent, 50));
    if (hash_text(record.sys_id.text(), 4711) % 100 < bound) return true;
  }
  const auto* block = firing.argument("acl-rows-block");
  if (!block) return false;
  const std::lock_guard lock(site.blocks_lock);
  const std::string key = table.schema().table() + "/" + *block;
  auto [found, fresh] = site.blocks.try_emplace(key);
  if (fresh) {
    // The first K rows of an order as they are when first asked for: the set does not move later.
    const bool by_time = block->find("sys_updated_on") != std::string::npos;
    const auto& index = by_time ? table.by_time() : table.by_id();
    const auto most =
        std::min<std::size_t>(index.size(), static_cast<std::size_t>(number_or(*block, k_few)));
    for (std::size_t i = 0; i < most; ++i) {
      found->second.insert(std::string(table.row(index[i]).sys_id.text()));
    }
  }
  return found->second.contains(std::string(record.sys_id.text()));
}

Firing standing_acl(const Site& site) {
  Firing firing;
  for (const char* name : {"acl-rows", "acl-rows-block"}) {
    const auto [on, argument] = site.bench.faults.peek(name);
    if (on) firing.add(name, argument);
  }
  return firing;
}

Reply list_records(Site& site, const Call& call) {
  if (auto reply = refused(site, call)) return *std::move(reply);
  disturb(site, call);
  const std::shared_lock lock(site.instance.lock);
  SelectionPlan plan = plan_of(site, call);
  if (const auto* extra = call.firing.argument("page-larger")) {
    plan.limit += static_cast<std::uint64_t>(number_or(*extra, 1));
  }
  Selection found = site.selector.select(plan);
  deviate(site, call, found);
  // v1 says 404 where the others give an empty list (servicenow reference 2.1).
  const bool v1 = call.version == "v1" || call.firing.has("v1-empty-404");
  if (v1 && found.rows.empty() && !found.more) return no_record();
  Reply reply;
  reply.body = list_body(site, call, found, reply);
  if (found.total) add_count(call.firing, *found.total, reply);
  add_links(site, call, plan, found, reply);
  return reply;
}

Reply get_record(Site& site, const Call& call) {
  if (auto reply = refused(site, call)) return *std::move(reply);
  const std::shared_lock lock(site.instance.lock);
  const auto found = site.instance.find(call.table, Key(call.id));
  if (!found || call.id.size() > 32) return no_record();
  const RowRef row{site.instance.number_of(found.table->schema().table()), found.row};
  if (hidden_by_acl(site, call.firing, row)) return no_record();
  return json_reply(200, site.pages.record(row, view_of(site, call)));
}

}  // namespace itsmc::sim::servicenow
