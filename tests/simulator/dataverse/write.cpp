#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dataverse/answers.hpp"
#include "dataverse/payload.hpp"
#include "dataverse/site.hpp"

namespace itsmc::sim::dataverse {
namespace {

using nlohmann::json;

json body_of(const Request& request) {
  json body = json::parse(request.body, nullptr, false);
  if (body.is_discarded()) {
    throw Refusal(400, k_bad_payload,
                  "An error occurred while validating input parameters: "
                  "Microsoft.OData.ODataException: The JSON content is not valid.");
  }
  return body;
}

// What the platform itself gives a new row.
void add_defaults(Site& site, const Call& call, Table& table, Row& row) {
  const auto& schema = table.schema();
  const auto fill = [&](const char* name, Value value) {
    const auto column = schema.attribute(name);
    if (column && is_null(row.values[*column])) row.values[*column] = std::move(value);
  };
  fill("statecode", std::int64_t{0});
  fill("statuscode", std::int64_t{1});
  fill("ownerid", call.user);
  fill("createdby", call.user);
  fill("prioritycode", std::int64_t{2});
  fill("severitycode", std::int64_t{1});
  fill("x_state", std::int64_t{1});
  const auto number = table.size() + table.next_number();
  fill("ticketnumber", fmt::format("CAS-{:05}-{}", number, row.id.text().substr(0, 6)));
  fill("x_number", fmt::format("{}{:07}", schema.set == "x_incidents" ? "INC" : "CHG", number));
  row.created = row.modified = site.bench.clock.now();
}

// Another row with the same primary name counts as its duplicate, for whoever asks for the check.
void check_duplicate(const Call& call, const Table& table, const Row& row) {
  if (call.request.header("MSCRM.SuppressDuplicateDetection") != "false") return;
  const auto name = table.schema().at(table.schema().name);
  for (const auto& position : table.by_key()) {
    const Row& other = table.row(position.row);
    if (other.id == row.id || is_null(row.values[name])) continue;
    if (compare(other.values[name], row.values[name]) != 0) continue;
    throw Refusal(412, k_duplicate_record,
                  "A record was not created or updated because a duplicate of the current record "
                  "already exists.");
  }
}

Reply written(Site& site, const Call& call, const Table& table, const Guid& id, int with_row) {
  if (call.preferences.representation) {
    // The row itself, and then no OData-EntityId (reference 5).
    Reply reply = row_reply(site, call, table, *table.find(id));
    reply.status = with_row;
    return reply;
  }
  Reply reply = data_reply("");
  reply.status = 204;
  reply.set_header("OData-EntityId",
                   fmt::format("{}{}({})", call.base, table.schema().set, id.text()));
  return reply;
}

// What plug-ins of the instance make of a new row: the faults drop-field and change-field.
void apply_rules(const Firing& firing, const Schema& schema, Row& row) {
  if (const auto* name = firing.argument("drop-field")) {
    if (const auto column = schema.attribute(*name)) row.values[*column] = Value();
  }
  const auto* rule = firing.argument("change-field");
  const auto colon = rule ? rule->find(':') : std::string::npos;
  if (colon == std::string::npos) return;
  if (const auto column = schema.attribute(rule->substr(0, colon))) {
    row.values[*column] = number_or(rule->substr(colon + 1), 1);
  }
}

void refuse_resolving(const Firing& firing) {
  if (!firing.has("resolve-refused")) return;
  throw Refusal(400, k_bad_argument, "The item has open tasks: it cannot be resolved.");
}

Reply create(Site& site, const Call& call, Table& table, std::optional<Guid> id) {
  check_privilege(call, table.schema(), "prvCreate");
  Row row;
  row.id = id.value_or(*parse_guid(entra::new_guid()));
  row.values.resize(table.schema().columns.size());
  apply_payload(site.organisation, table.schema(), body_of(call.request), Deed::create, row);
  if (id) row.id = *id;
  if (table.find(row.id)) {
    throw Refusal(412, k_duplicate_key, "Cannot insert duplicate key.");
  }
  const auto customer = table.schema().attribute("customerid");
  if (customer && is_null(row.values[*customer])) {
    throw Refusal(400, k_bad_argument, "You should specify a parent contact or account.");
  }
  check_duplicate(call, table, row);
  apply_rules(call.firing, table.schema(), row);
  add_defaults(site, call, table, row);
  if (call.firing.has("nothing-made")) {
    Reply nothing = json_reply(201, "{}");
    return nothing;
  }
  row.version = site.organisation.next_version();
  const Guid made = row.id;
  table.put(std::move(row));
  return written(site, call, table, made, 201);
}

// Resolved and cancelled cases are read-only until they are reactivated; resolving takes the
// CloseIncident action (reference 7).
void check_case(const Schema& schema, const Row& before, const Row& after) {
  if (schema.table != "incident") return;
  const auto state = schema.at("statecode");
  const auto was = std::get<std::int64_t>(before.values[state]);
  const auto is = is_null(after.values[state]) ? 0 : std::get<std::int64_t>(after.values[state]);
  if (is == 1 && was != 1) {
    throw Refusal(400, k_bad_argument,
                  "This message can not be used to set the state of incident to Resolved. In order "
                  "to set state of incident to Resolved, use the CloseIncidentRequest message "
                  "instead.");
  }
  if (was != 0 && is == was) {
    throw Refusal(400, k_bad_argument,
                  "Cannot update a resolved or canceled case. Reactivate the case first.");
  }
}

// A status belongs to one state; a state that is set alone takes its first status.
void settle_status(const Schema& schema, const Row& before, Row& row) {
  const auto state = schema.attribute("statecode");
  const auto status = schema.attribute("statuscode");
  if (!state || !status || is_null(row.values[*state])) return;
  const auto is = std::get<std::int64_t>(row.values[*state]);
  const auto* number = std::get_if<std::int64_t>(&row.values[*status]);
  const Column& column = schema.columns[*status];
  const Option* option = number ? column.option(*number) : nullptr;
  if (option && option->state == is) return;
  const bool chosen = compare(row.values[*status], before.values[*status]) != 0;
  if (chosen && number) {
    throw Refusal(400, k_bad_argument,
                  fmt::format("{} is not a valid status code for state code {}State on {} with Id "
                              "{}.",
                              *number, schema.table, schema.table, row.id.text()));
  }
  const auto first = std::find_if(column.options.begin(), column.options.end(),
                                  [&](const Option& one) { return one.state == is; });
  if (first != column.options.end()) row.values[*status] = first->value;
}

Reply update(Site& site, const Call& call, Table& table, const Row& old) {
  check_privilege(call, table.schema(), "prvWrite");
  const std::string match = call.request.header("If-Match");
  if (!match.empty() && match != "*" && match != fmt::format("W/\"{}\"", old.version)) {
    throw Refusal(412, k_version_mismatch,
                  "The version of the existing record doesn't match the RowVersion property "
                  "provided.");
  }
  Row row = old;
  apply_payload(site.organisation, table.schema(), body_of(call.request), Deed::update, row);
  const auto state = table.schema().attribute("x_state");
  if (state && compare(row.values[*state], old.values[*state]) != 0) refuse_resolving(call.firing);
  check_case(table.schema(), old, row);
  settle_status(table.schema(), old, row);
  check_duplicate(call, table, row);
  row.modified = site.bench.clock.now();
  row.version = site.organisation.next_version();
  if (const auto by = table.schema().attribute("modifiedby")) row.values[*by] = call.user;
  const Guid id = row.id;
  table.put(std::move(row));
  return written(site, call, table, id, 200);
}

// PATCH creates what is missing, unless If-Match: * forbids it; If-None-Match: * forbids the rest.
Reply upsert(Site& site, const Call& call, Table& table, const std::string& key) {
  const auto id = resolve_key(table, key);
  const Row* old = id ? table.find(*id) : nullptr;
  if (old && call.request.header("If-None-Match") == "*") {
    throw Refusal(412, k_duplicate_key, "A record with matching key values already exists.");
  }
  if (old) return update(site, call, table, *old);
  if (call.request.header("If-Match") == "*") {
    throw Refusal(404, k_not_found,
                  fmt::format("{} With Id = {} Does Not Exist", table.schema().table, key));
  }
  if (id) return create(site, call, table, id);
  throw Refusal(404, k_not_found,
                "A record with the specified key values does not exist in " + table.schema().table +
                    " entity");
}

}  // namespace

Reply write_row(Site& site, const Call& call, const Address& address) {
  const std::unique_lock lock(site.organisation.lock);
  Table* table = site.organisation.set(address.set);
  if (!table || !address.rest.empty()) {
    throw Refusal(404, "0x8006088a", "Resource not found for the segment '" + address.set + "'.");
  }
  const auto& method = call.request.method;
  if (method == "POST" && !address.key) return create(site, call, *table, std::nullopt);
  if (method == "PATCH" && address.key) return upsert(site, call, *table, *address.key);
  if (method == "DELETE" && address.key) {
    check_privilege(call, table->schema(), "prvDelete");
    const auto id = resolve_key(*table, *address.key);
    if (!id || !table->remove(*id, site.organisation.next_version())) {
      throw Refusal(
          404, k_not_found,
          fmt::format("{} With Id = {} Does Not Exist", table->schema().table, *address.key));
    }
    Reply reply = data_reply("");
    reply.status = 204;
    return reply;
  }
  throw Refusal(405, "", "The requested resource does not support http method '" + method + "'.");
}

// {"IncidentResolution":{"subject":"..","incidentid@odata.bind":"/incidents(..)"},"Status":5}
Reply close_incident(Site& site, const Call& call) {
  const std::unique_lock lock(site.organisation.lock);
  Table& table = *site.organisation.table("incident");
  const auto& schema = table.schema();
  check_privilege(call, schema, "prvWrite");
  const json body = body_of(call.request);
  const json resolution = body.value("IncidentResolution", json::object());
  const std::string uri = resolution.value("incidentid@odata.bind", "");
  const auto open = uri.find('(');
  const auto id = open == std::string::npos ? std::nullopt : parse_guid(uri.substr(open + 1, 36));
  const Row* old = id ? table.find(*id) : nullptr;
  if (!old) throw Refusal(404, k_not_found, "incident With Id = " + uri + " Does Not Exist");
  refuse_resolving(call.firing);
  const auto status = body.value("Status", std::int64_t{5});
  const Option* option = schema.columns[schema.at("statuscode")].option(status);
  if (!option || option->state != 1) {
    throw Refusal(400, k_bad_argument,
                  fmt::format("{} is not a valid status code for state code Resolved.", status));
  }
  Row row = *old;
  row.values[schema.at("statecode")] = std::int64_t{1};
  row.values[schema.at("statuscode")] = status;
  // What the platform keeps as an activity of its own: the resolution.
  Table& notes = *site.organisation.table("annotation");
  Row note;
  note.id = guid_of("resolution/" + row.id.text() + std::to_string(site.organisation.version()));
  note.values.resize(notes.schema().columns.size());
  note.values[notes.schema().at("subject")] = resolution.value("subject", "");
  note.values[notes.schema().at("notetext")] = resolution.value("description", "");
  note.values[notes.schema().at("objectid")] = row.id;
  note.version = site.organisation.next_version();
  notes.put(std::move(note));
  row.modified = site.bench.clock.now();
  row.version = site.organisation.next_version();
  table.put(std::move(row));
  Reply reply = data_reply("");
  reply.status = 204;
  return reply;
}

}  // namespace itsmc::sim::dataverse
