#include <mutex>
#include <shared_mutex>

#include <fmt/format.h>

#include "servicenow/answers.hpp"
#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {
namespace {

// Contents live in a column that no answer shows.
constexpr std::string_view k_contents = "hash";

Call as_table(const Call& call, std::string id) {
  return {call.request, call.firing, call.session, call.version, "sys_attachment", std::move(id)};
}

Reply upload(Site& site, const Call& call) {
  const Request& request = call.request;
  const std::string owner = request.param_or("table_sys_id", "");
  const std::string type = request.header("Content-Type");
  const std::unique_lock lock(site.instance.lock);
  if (!site.instance.find(request.param_or("table_name", ""), Key(owner))) return no_record();
  if (type.empty()) return error_reply(415, "Unsupported media type", std::nullopt);
  Table& table = *site.instance.table("sys_attachment");
  const std::string size = std::to_string(request.body.size());
  const std::string seed =
      fmt::format("{}/{}/{}", owner, request.param_or("file_name", ""), table.revision());
  RowMaker maker(table.schema(), key_for("sys_attachment", seed), site.bench.clock.now());
  maker.set("file_name", request.param_or("file_name", "file"));
  maker.set("table_name", request.param_or("table_name", "")).set("table_sys_id", owner);
  maker.set("content_type", type).set("size_bytes", size).set("size_compressed", size);
  maker.set("sys_created_by", call.session.user).set("sys_updated_by", call.session.user);
  maker.set(k_contents, request.body);
  const std::string id(maker.row.sys_id.text());
  maker.set("download_link",
            fmt::format("https://{}/api/now/attachment/{}/file", site.settings.foreign_name, id));
  const RowRef place{site.instance.number_of("sys_attachment"), table.insert(maker.row)};
  site.instance.settle();
  View view = view_of(site, call);
  view.hidden_fields.emplace_back(k_contents);
  Reply reply = json_reply(201, site.pages.record(place, view));
  reply.set_header("Location", "https://" + site.settings.foreign_name + call.api_prefix() +
                                   "/attachment/" + id);
  return reply;
}

Reply download(Site& site, const std::string& id) {
  const std::shared_lock lock(site.instance.lock);
  const Table& table = *site.instance.table("sys_attachment");
  const auto found = table.find(Key(id));
  if (!found) return no_record();
  const Row& row = table.row(*found);
  Reply reply;
  reply.content_type = std::string(row.stored(table.schema().at("content_type")).value_or(""));
  reply.set_body(std::string(row.stored(table.schema().at(k_contents)).value_or("")));
  return reply;
}

}  // namespace

// /attachment, /attachment/{id}, /attachment/{id}/file, /attachment/file?table_name=...
Reply attachments(Site& site, const Call& call, std::string_view rest) {
  if (rest.empty()) return list_records(site, as_table(call, ""));
  if (rest == "file" && call.request.method == "POST") return upload(site, call);
  const auto slash = rest.find('/');
  const std::string id(rest.substr(0, slash));
  if (slash == std::string_view::npos) {
    return call.request.method == "DELETE" ? delete_record(site, as_table(call, id))
                                           : get_record(site, as_table(call, id));
  }
  return rest.substr(slash + 1) == "file" ? download(site, id) : no_resource();
}

}  // namespace itsmc::sim::servicenow
