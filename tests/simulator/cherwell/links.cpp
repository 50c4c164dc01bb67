#include "cherwell/links.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "cherwell/answers.hpp"
#include "cherwell/render.hpp"
#include "cherwell/save.hpp"

namespace itsmc::sim::cherwell {
namespace {

struct Parent {
  TypeNumber type;
  RowNumber row;
};

Parent parent_of(const Site& site, const Call& call) {
  const auto type = call.view.type_by_id(call.argument("parentbusobid"));
  if (!type) throw Refusal(500, "GENERALFAILURE", "The business object definition was not found");
  const auto row = site.table(*type).by_rec_id(call.argument("parentbusobrecid"));
  if (!row) throw Refusal(500, "RECORDNOTFOUND", "Record not found");
  if (!same_text(call.argument("relationshipid"), ci_relationship_id(call.view.type(*type).name))) {
    throw Refusal(500, "GENERALFAILURE", "The relationship was not found");
  }
  return {*type, *row};
}

Site::Place child_of(const Site& site, const Call& call) {
  const auto place = site.find(call.argument("busobrecid"));
  if (!place || site.blueprint.type(place->type).group.empty()) {
    throw Refusal(500, "RECORDNOTFOUND", "Record not found");
  }
  return *place;
}

// The parent names its first CI in its own fields.
void set_ci(Site& site, const Parent& parent, const std::string& rec_id) {
  const ObjectType& type = site.blueprint.type(parent.type);
  Table& table = site.table(parent.type);
  Record record = table.row(parent.row);
  record.set(type.at("ConfigItemRecID"), rec_id);
  settle_record(site, parent.type, record, site.bench.clock.now(), k_user_name);
  table.replace(parent.row, std::move(record));
  table.settle();
}

std::vector<Site::Place> children_of(const Site& site, const std::string& parent) {
  std::vector<Site::Place> out;
  for (const auto& link : site.links) {
    const auto place = link.parent == parent ? site.find(link.child) : std::nullopt;
    if (place) out.push_back(*place);
  }
  return out;
}

std::string related_rows(const Site& site, const Call& call, const std::vector<Site::Place>& rows) {
  std::string out;
  for (const auto& place : rows) {
    if (!out.empty()) out += ',';
    Renderer(call, place.type, call.view.fields(place.type), Reading::search)
        .append(site.table(place.type).row(place.row), out);
  }
  return out;
}

std::string related_json(const Site& site, const Call& call, const Parent& parent) {
  const Record& record = site.table(parent.type).row(parent.row);
  const auto all = children_of(site, record.rec_id);
  const auto number = number_or(call.request.param_or("pageNumber", "1"), 1);
  const auto size =
      std::max<std::int64_t>(number_or(call.request.param_or("pageSize", "200"), 200), 1);
  const auto before = std::max<std::int64_t>(number - 1, 0);
  const auto begin = call.dialect.counting == PageCounting::rows ? before : before * size;
  std::vector<Site::Place> page;
  for (auto at = begin; at < begin + size && at < static_cast<std::int64_t>(all.size()); ++at) {
    page.push_back(all[static_cast<std::size_t>(at)]);
  }
  return fmt::format(
      R"({{"errorCode":null,"errorMessage":null,"hasError":false,"links":[],"pageNumber":{},)"
      R"("pageSize":{},"parentBusObId":"{}","parentBusObPublicId":{},"parentBusObRecId":{},)"
      R"("relatedBusinessObjects":[{}],"relationshipId":{},"totalRecords":{}}})",
      number, size, site.blueprint.type(parent.type).id, quote_json(record.public_id),
      quote_json(record.rec_id), related_rows(site, call, page),
      quote_json(call.argument("relationshipid")), all.size());
}

// api/V1 answers the related rows, api/V2 only the error members.
Reply link_reply(const Site& site, const Call& call, const Parent& parent) {
  return json_reply(200, call.release == "v1" ? related_json(site, call, parent)
                                              : "{" + no_error(call.dialect) + "}");
}

}  // namespace

Reply link_related(Site& site, const Call& call) {
  const std::unique_lock lock(site.lock);
  const Parent parent = parent_of(site, call);
  const Site::Place child = child_of(site, call);
  const std::string parent_id = site.table(parent.type).row(parent.row).rec_id;
  const std::string child_id = site.table(child.type).row(child.row).rec_id;
  site.links.insert({parent_id, lower(call.argument("relationshipid")), child_id});
  if (children_of(site, parent_id).size() == 1) set_ci(site, parent, child_id);
  return link_reply(site, call, parent);
}

Reply unlink_related(Site& site, const Call& call) {
  const std::unique_lock lock(site.lock);
  const Parent parent = parent_of(site, call);
  const Site::Place child = child_of(site, call);
  const std::string parent_id = site.table(parent.type).row(parent.row).rec_id;
  const std::string child_id = site.table(child.type).row(child.row).rec_id;
  site.links.erase({parent_id, lower(call.argument("relationshipid")), child_id});
  const auto left = children_of(site, parent_id);
  set_ci(site, parent,
         left.empty() ? "" : site.table(left.front().type).row(left.front().row).rec_id);
  return link_reply(site, call, parent);
}

Reply related(Site& site, const Call& call) {
  const std::shared_lock lock(site.lock);
  return json_reply(200, related_json(site, call, parent_of(site, call)));
}

}  // namespace itsmc::sim::cherwell
