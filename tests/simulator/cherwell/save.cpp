#include "cherwell/save.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cherwell/answers.hpp"
#include "cherwell/render.hpp"
#include "cherwell/save_read.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::cherwell {
namespace {

using nlohmann::json;

struct Complaint {
  std::string error, code, field_id;
};

struct Saved {
  std::string public_id, rec_id, cache_key;
  std::vector<Complaint> complaints;
};

// {"busObPublicId":"762421","busObRecId":"9446..","cacheKey":null,"fieldValidationErrors":[],..}
// (recorded: save-incident.response.json).
std::string saved_json(const Call& call, const Saved& saved) {
  std::string errors;
  for (const auto& complaint : saved.complaints) {
    errors += fmt::format(R"({}{{"error":{},"errorCode":{},"fieldId":{}}})",
                          errors.empty() ? "" : ",", quote_json(complaint.error),
                          quote_json(complaint.code), quote_json(complaint.field_id));
  }
  const bool flagged = !errors.empty() && !call.firing.has("validation-errors-only");
  std::string members = no_error(call.dialect);
  if (flagged) {
    members =
        fmt::format(R"("errorCode":"GENERALFAILURE","errorMessage":{},"hasError":true)",
                    quote_json("The record was not saved : " + saved.complaints.front().error));
    if (call.dialect.tells_status) members += R"(,"httpStatusCode":"OK")";
  }
  const auto id = [](const std::string& text) { return text.empty() ? "null" : quote_json(text); };
  return fmt::format(
      R"({{"busObPublicId":{},"busObRecId":{},"cacheKey":{},"fieldValidationErrors":[{}],)"
      R"("notificationTriggers":[],{}}})",
      id(saved.public_id), id(saved.rec_id), id(saved.cache_key), errors, members);
}

std::optional<Complaint> complaint_of(const Call& call, TypeNumber type, FieldNumber field,
                                      const std::string& value) {
  const FieldDef& def = call.view.type(type).fields[field];
  const auto complain = [&](std::string_view what) {
    return Complaint{fmt::format("{} {}", call.view.field_name(type, field), what),
                     "VALIDATIONFAILED", full_field_id(call, type, field)};
  };
  if (value.empty()) return std::nullopt;
  const bool ends = def.role == Role::status && (value == "Resolved" || value == "Closed");
  if (ends && call.firing.has("resolve-refused")) return complain("needs a cause first");
  if (def.validated &&
      std::find(def.choices.begin(), def.choices.end(), value) == def.choices.end()) {
    return complain("must be a value of its list");
  }
  if (def.type == FieldType::date_time && !parse_date(value, call.dialect.culture)) {
    return complain("is not a date");
  }
  return std::nullopt;
}

// Puts the sent fields into `fields`; those of the product's own and those of `drop-on-save` are
// passed over in silence.
void take_fields(const Call& call, const SaveRequest& save, CachedFields& fields,
                 std::vector<Complaint>& complaints) {
  const auto* dropped = call.firing.argument("drop-on-save");
  for (const auto& sent : save.fields) {
    const auto field = call.view.field_by_id(save.type, sent.spelling);
    if (!field) continue;
    const FieldDef& def = call.view.type(save.type).fields[*field];
    if (def.setter == Setter::product) continue;
    const auto names = dropped ? split_list(*dropped) : std::vector<std::string>{};
    if (std::find(names.begin(), names.end(), def.name) != names.end()) continue;
    if (auto complaint = complaint_of(call, save.type, *field, sent.value)) {
      complaints.push_back(*std::move(complaint));
    } else {
      fields[*field] = sent.value;
    }
  }
}

// A rule of the instance stands over what was sent.
void change_field(const Call& call, TypeNumber type, CachedFields& fields) {
  const auto* rule = call.firing.argument("change-on-save");
  if (!rule) return;
  const auto colon = std::min(rule->find(':'), rule->size());
  const auto field = call.view.field_by_name(type, rule->substr(0, colon));
  if (field) fields[*field] = rule->substr(std::min(colon + 1, rule->size()));
}

void set_value(const Call& call, TypeNumber type, FieldNumber field, const std::string& value,
               Record& record) {
  const FieldType kind = call.view.type(type).fields[field].type;
  if (kind != FieldType::date_time) {
    record.set(field, value);
  } else if (const auto local = parse_date(value, call.dialect.culture)) {
    record.set_moment(field, call.dialect.zone.to_utc(*local));
  } else {
    record.set_moment(field, std::nullopt);
  }
}

std::optional<RowNumber> row_of(const Site& site, const SaveRequest& save) {
  const Table& table = site.table(save.type);
  if (!save.rec_id.empty()) return table.by_rec_id(save.rec_id);
  return table.by_public_id(save.public_id);
}

void require_fields(const Call& call, TypeNumber type, const Record& record,
                    std::vector<Complaint>& complaints) {
  for (const auto field : call.view.fields(type)) {
    const FieldDef& def = call.view.type(type).fields[field];
    if (!call.view.required(type, field) || def.setter == Setter::product) continue;
    const bool set = def.type == FieldType::date_time ? record.moment(field).has_value()
                                                      : !record.text(field).empty();
    if (set) continue;
    complaints.push_back({call.view.field_name(type, field) + " is required", "FIELDREQUIRED",
                          full_field_id(call, type, field)});
  }
}

// A customer must exist: CustomerInternal is where the recorded clients look it up.
void require_customer(const Site& site, TypeNumber type, const Record& record,
                      std::vector<Complaint>& complaints) {
  const auto field = site.blueprint.type(type).field("CustomerRecID");
  if (!field || record.text(*field).empty()) return;
  const auto customers = site.blueprint.by_name("CustomerInternal");
  if (site.table(*customers).by_rec_id(record.text(*field))) return;
  complaints.push_back({"CustomerRecID names no customer", "VALIDATIONFAILED",
                        site.blueprint.type(type).fields[*field].id});
}

Record new_record(const Site& site, TypeNumber type, std::int64_t now) {
  Record record;
  const std::string seed =
      fmt::format("saved.{}.{}", site.blueprint.type(type).name, site.table(type).revision());
  record.rec_id = long_id(fmt::format("{}.{}", seed, now));
  const ObjectType& object = site.blueprint.type(type);
  if (const auto created = object.role(Role::created)) record.set_moment(*created, now);
  if (const auto by = object.field("CreatedBy")) record.set(*by, std::string(k_user_name));
  if (const auto status = object.role(Role::status)) record.set(*status, "New");
  if (object.name == "Incident") record.set(object.at("IncidentType"), "Incident");
  return record;
}

Saved only_cache(Site& site, const Call& call, const SaveRequest& save) {
  Saved saved;
  saved.public_id = save.public_id;
  saved.rec_id = save.rec_id;
  saved.cache_key =
      save.cache_key.empty() ? hex_id(fmt::format("cache.{}", site.cached.size())) : save.cache_key;
  take_fields(call, save, site.cached[saved.cache_key], saved.complaints);
  return saved;
}

Saved persist(Site& site, const Call& call, const SaveRequest& save) {
  Saved saved;
  const bool create = save.rec_id.empty() && save.public_id.empty();
  const auto row = create ? std::nullopt : row_of(site, save);
  if (!create && !row) throw Refusal(500, "RECORDNOTFOUND", "Record not found");
  const std::int64_t now = site.bench.clock.now();
  Table& table = site.table(save.type);
  Record record = create ? new_record(site, save.type, now) : table.row(*row);
  const auto kept = site.cached.find(save.cache_key);
  CachedFields fields = kept == site.cached.end() ? CachedFields{} : kept->second;
  take_fields(call, save, fields, saved.complaints);
  change_field(call, save.type, fields);
  for (const auto& [field, value] : fields) set_value(call, save.type, field, value, record);
  require_fields(call, save.type, record, saved.complaints);
  require_customer(site, save.type, record, saved.complaints);
  if (!saved.complaints.empty()) return saved;
  settle_record(site, save.type, record, now, k_user_name);
  saved.rec_id = record.rec_id;
  const RowNumber number = create ? table.insert(std::move(record)) : *row;
  if (!create) table.replace(number, std::move(record));
  table.settle();
  saved.public_id = table.row(number).public_id;
  if (kept != site.cached.end()) site.cached.erase(kept);
  return saved;
}

std::string save_one(Site& site, const Call& call, const json& body) {
  const SaveRequest save = read_save(call, body);
  if (call.firing.has("save-has-error")) {
    throw Refusal(200, "GENERALFAILURE", "The record was not saved");
  }
  if (call.firing.has("save-402")) throw Refusal(402, "GENERALFAILURE", "Valid but failed");
  if (call.firing.has("save-makes-nothing")) {
    return saved_json(call, {"999999", long_id("of nothing"), "", {}});
  }
  const std::unique_lock lock(site.lock);
  const Saved saved = save.persist == Persist::only_cache ? only_cache(site, call, save)
                                                          : persist(site, call, save);
  if (call.firing.has("save-500-after")) {
    throw Refusal(500, "GENERALFAILURE", "A one-step action failed after the save");
  }
  return saved_json(call, saved);
}

// ConfigItemRecID decides; a RecID that is nowhere leaves the name empty.
void name_ci(const Site& site, const ObjectType& type, Record& record) {
  const auto id = type.field("ConfigItemRecID");
  if (!id) return;
  const FieldNumber shown = type.at("ConfigItemDisplayName");
  const std::string rec_id(record.text(*id));
  if (rec_id.empty()) return record.set(shown, "");
  const auto place = site.find(rec_id);
  if (!place) return;
  const ObjectType& ci = site.blueprint.type(place->type);
  record.set(shown, title_of(ci, site.table(place->type).row(place->row)));
  record.set(type.at("ConfigItemTypeID"), ci.id);
  if (const auto kind = type.field("ConfigItemType")) record.set(*kind, ci.display);
}

void name_customer(const Site& site, const ObjectType& type, Record& record) {
  const auto id = type.field("CustomerRecID");
  if (!id || record.text(*id).empty()) return;
  const auto customers = *site.blueprint.by_name("CustomerInternal");
  const auto row = site.table(customers).by_rec_id(record.text(*id));
  if (!row) return;
  const Record& customer = site.table(customers).row(*row);
  const ObjectType& object = site.blueprint.type(customers);
  record.set(type.at("CustomerDisplayName"), title_of(object, customer));
  if (const auto email = type.field("CustomerEmail")) {
    record.set(*email, std::string(customer.text(object.at("Email"))));
  }
}

void date_states(const ObjectType& type, Record& record, std::int64_t now, std::string_view who) {
  const auto status = type.role(Role::status);
  if (!status) return;
  const bool closed = record.text(*status) == "Closed";
  const bool resolved = closed || record.text(*status) == "Resolved";
  const auto mark = [&](std::optional<FieldNumber> field, bool reached) {
    if (!field || record.moment(*field).has_value() == reached) return;
    record.set_moment(*field, reached ? std::optional(now) : std::nullopt);
  };
  mark(type.role(Role::resolved), resolved);
  mark(type.role(Role::closed), closed);
  mark(type.field("Stat_DateTimeClosed"), closed);
  if (const auto by = type.field("ClosedBy")) {
    if (!closed) record.set(*by, "");
    if (closed && record.text(*by).empty()) record.set(*by, std::string(who));
  }
}

}  // namespace

void settle_record(Site& site, TypeNumber number, Record& record, std::int64_t now,
                   std::string_view who) {
  const ObjectType& type = site.blueprint.type(number);
  record.updated = now;
  if (const auto by = type.field("LastModBy")) record.set(*by, std::string(who));
  name_customer(site, type, record);
  name_ci(site, type, record);
  date_states(type, record, now, who);
}

Reply save(Site& site, const Call& call) {
  return json_reply(200, save_one(site, call, json::parse(call.request.body, nullptr, false)));
}

Reply save_batch(Site& site, const Call& call) {
  const json body = json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || !body.contains("saveRequests")) {
    throw Refusal(400, "BADREQUEST", "saveRequests is missing");
  }
  const bool stops = body.value("stopOnError", false);
  std::string responses;
  bool failed = false;
  for (const auto& one : body["saveRequests"]) {
    std::string answer;
    try {
      answer = save_one(site, call, one);
    } catch (const Refusal& refusal) {
      answer = *refused(call.dialect, refusal).body;
    }
    responses += (responses.empty() ? "" : ",") + answer;
    failed = failed || answer.find(R"("hasError":true)") != std::string::npos;
    if (failed && stops) break;
  }
  // Each response tells its own failure; the batch itself went well.
  return json_reply(200,
                    fmt::format(R"({{"responses":[{}],{}}})", responses, no_error(call.dialect)));
}

}  // namespace itsmc::sim::cherwell
