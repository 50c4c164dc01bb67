#include <mutex>

#include <fmt/format.h>

#include "servicenow/answers.hpp"
#include "servicenow/record_write.hpp"
#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {
namespace {

Reply written(Site& site, const Call& call, int status, const RowRef& row) {
  if (call.request.header("X-no-response-body") == "true") {
    Reply reply;
    reply.status = status;
    return reply;
  }
  return json_reply(status, site.pages.record(row, view_of(site, call)));
}

}  // namespace

Reply create_record(Site& site, const Call& call) {
  if (auto reply = write_refusal(site, call, "Insert")) return *std::move(reply);
  Fields sent;
  if (auto reply = read_body(call.request, sent)) return *std::move(reply);
  if (const auto* words = call.firing.argument("data-policy-403")) {
    return rule_reply("Data Policy Exception: The following fields are mandatory: " +
                      (words->empty() ? "Resolution code" : *words));
  }
  if (call.firing.has("nothing-made")) return json_reply(201, R"({"result":{}})");
  const std::unique_lock lock(site.instance.lock);
  const WriteResult result = insert_record(site, call, std::move(sent));
  if (result.refused) return rule_reply(*result.refused);
  // Created, and refused all the same: the user may not read it back (servicenow reference 2.5).
  if (call.firing.has("insert-403")) return acl_exception("Insert");
  Reply reply = written(site, call, 201, result.row);
  const Table& table = site.instance.table(result.row.table);
  reply.set_header("Location", "https://" + site.settings.foreign_name + call.api_prefix() +
                                   "/table/" + call.table + "/" +
                                   std::string(table.row(result.row.row).sys_id.text()));
  return reply;
}

Reply update_record(Site& site, const Call& call) {
  if (auto reply = write_refusal(site, call, "Update")) return *std::move(reply);
  Fields sent;
  if (auto reply = read_body(call.request, sent)) return *std::move(reply);
  const std::unique_lock lock(site.instance.lock);
  const Table& table = *site.instance.table(call.table);
  const auto number = table.find(Key(call.id));
  if (!number || call.id.size() > 32) return no_record();
  const RowRef place{site.instance.number_of(call.table), *number};
  if (hidden_by_acl(site, call.firing, place)) return no_record();
  const WriteResult result = change_record(site, call, *number, std::move(sent));
  if (result.refused) return rule_reply(*result.refused);
  return written(site, call, 200, place);
}

Reply delete_record(Site& site, const Call& call) {
  if (auto reply = write_refusal(site, call, "Delete")) return *std::move(reply);
  const std::unique_lock lock(site.instance.lock);
  Table& table = *site.instance.table(call.table);
  const auto number = table.find(Key(call.id));
  if (!number || call.id.size() > 32) return no_record();
  const Row& row = table.row(*number);
  Table& audit = *site.instance.table("sys_audit_delete");
  RowMaker maker(audit.schema(), key_for("sys_audit_delete", call.table + call.id),
                 site.bench.clock.now());
  Scratch scratch;
  maker.set("tablename", call.table).set("documentkey", call.id);
  maker.set("display_value", value_of(table.schema(), row, table.schema().display(), scratch));
  maker.set("sys_created_by", call.session.user);
  if (!audit.find(maker.row.sys_id)) audit.insert(std::move(maker.row));
  table.remove(*number);
  site.instance.settle();
  Reply reply;
  reply.status = 204;
  return reply;
}

}  // namespace itsmc::sim::servicenow
