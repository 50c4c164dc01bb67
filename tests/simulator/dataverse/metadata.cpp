// $metadata (CSDL) and EntityDefinitions (reference 3).
#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dataverse/answers.hpp"
#include "dataverse/site.hpp"

namespace itsmc::sim::dataverse {
namespace {

using nlohmann::ordered_json;

std::string_view edm_type(Kind kind) {
  switch (kind) {
    case Kind::key:
    case Kind::lookup:
      return "Edm.Guid";
    case Kind::text:
    case Kind::memo:
      return "Edm.String";
    case Kind::date:
      return "Edm.DateTimeOffset";
    case Kind::boolean:
      return "Edm.Boolean";
    case Kind::big:
      return "Edm.Int64";
    default:
      return "Edm.Int32";
  }
}

struct AttributeKind {
  std::string_view type;
  std::string_view metadata;
};

AttributeKind attribute_kind(Kind kind) {
  switch (kind) {
    case Kind::key:
      return {"Uniqueidentifier", "AttributeMetadata"};
    case Kind::lookup:
      return {"Lookup", "LookupAttributeMetadata"};
    case Kind::text:
      return {"String", "StringAttributeMetadata"};
    case Kind::memo:
      return {"Memo", "MemoAttributeMetadata"};
    case Kind::date:
      return {"DateTime", "DateTimeAttributeMetadata"};
    case Kind::boolean:
      return {"Boolean", "BooleanAttributeMetadata"};
    case Kind::big:
      return {"BigInt", "BigIntAttributeMetadata"};
    case Kind::integer:
      return {"Integer", "IntegerAttributeMetadata"};
    case Kind::state:
      return {"State", "StateAttributeMetadata"};
    case Kind::status:
      return {"Status", "StatusAttributeMetadata"};
    default:
      return {"Picklist", "PicklistAttributeMetadata"};
  }
}

std::string entity_type(const Organisation& organisation, const Schema& schema) {
  std::string out = fmt::format(
      R"(<EntityType Name="{}" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="{}" /></Key>)",
      schema.table, schema.key);
  for (const auto& column : schema.columns) {
    out += fmt::format(R"(<Property Name="{}" Type="{}" />)", column.property(),
                       edm_type(column.kind));
  }
  for (const auto& column : schema.columns) {
    for (const auto& target : column.targets) {
      out += fmt::format(R"(<NavigationProperty Name="{}" Type="mscrm.{}" Nullable="false">)"
                         R"(<ReferentialConstraint Property="{}" ReferencedProperty="{}" />)"
                         R"(</NavigationProperty>)",
                         target.navigation, target.table, column.property(),
                         organisation.table(target.table)->schema().key);
    }
  }
  for (const auto& one : organisation.associations()) {
    if (one.table != schema.table) continue;
    out += fmt::format(R"xml(<NavigationProperty Name="{}" Type="Collection(mscrm.{})" />)xml",
                       one.navigation, one.target);
  }
  return out + "</EntityType>";
}

std::string csdl(const Organisation& organisation) {
  std::string types;
  std::string sets;
  for (const auto& table : organisation.tables()) {
    types += entity_type(organisation, table.schema());
    sets += fmt::format(R"(<EntitySet Name="{}" EntityType="Microsoft.Dynamics.CRM.{}" />)",
                        table.schema().set, table.schema().table);
  }
  return R"(<?xml version="1.0" encoding="utf-8"?>)"
         R"(<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">)"
         R"(<edmx:DataServices><Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" )"
         R"(xmlns="http://docs.oasis-open.org/odata/ns/edm">)"
         R"(<EntityType Name="crmbaseentity" Abstract="true" />)" +
         types + R"(<EntityContainer Name="System">)" + sets +
         "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>";
}

ordered_json label(const std::string& text) {
  const ordered_json localized = {{"Label", text}, {"LanguageCode", 1033}};
  return {{"LocalizedLabels", ordered_json::array({localized})}, {"UserLocalizedLabel", localized}};
}

ordered_json options_of(const Column& column) {
  ordered_json options = ordered_json::array();
  for (const auto& option : column.options) {
    ordered_json one = {{"Value", option.value}, {"Label", label(option.label)}};
    if (column.kind == Kind::status) one["State"] = option.state;
    options.push_back(std::move(one));
  }
  return {{"Name", column.name}, {"IsGlobal", false}, {"Options", options}};
}

// What the caller selected; everything when nothing was.
ordered_json chosen(const ordered_json& all, const std::string& select) {
  if (select.empty()) return all;
  ordered_json out = ordered_json::object();
  for (const auto& [name, value] : all.items())
    if (name.starts_with('@')) out[name] = value;
  for (const auto name : split_outside(select, ',')) {
    const auto found = all.find(std::string(name));
    if (found == all.end()) {
      throw Refusal(400, k_bad_query,
                    fmt::format("Could not find a property named '{}' on type "
                                "'Microsoft.Dynamics.CRM.EntityMetadata'.",
                                name));
    }
    out[std::string(name)] = *found;
  }
  if (all.contains("MetadataId")) out["MetadataId"] = all["MetadataId"];
  return out;
}

ordered_json attribute_json(const Schema& schema, const Column& column) {
  const auto kind = attribute_kind(column.kind);
  ordered_json one = {{"@odata.type", fmt::format("#Microsoft.Dynamics.CRM.{}", kind.metadata)},
                      {"MetadataId", guid_of(schema.table + "." + column.name).text()},
                      {"LogicalName", column.name},
                      {"SchemaName", column.name},
                      {"AttributeType", kind.type},
                      {"DisplayName", label(column.name)},
                      {"IsValidForCreate", column.writable && column.kind != Kind::state},
                      {"IsValidForUpdate", column.writable && column.kind != Kind::key},
                      {"IsValidForRead", true},
                      {"IsPrimaryId", column.kind == Kind::key},
                      {"IsPrimaryName", column.name == schema.name}};
  if (column.max > 0) one["MaxLength"] = column.max;
  if (column.kind == Kind::lookup) {
    one["Targets"] = ordered_json::array();
    for (const auto& target : column.targets) one["Targets"].push_back(target.table);
  }
  return one;
}

// Attributes of a table, or those of one cast (".../Microsoft.Dynamics.CRM.PicklistAttribute...").
ordered_json attributes_json(const Schema& schema, const std::string& cast,
                             const std::string& select) {
  ordered_json all = ordered_json::array();
  for (const auto& column : schema.columns) {
    const std::string type =
        "Microsoft.Dynamics.CRM." + std::string(attribute_kind(column.kind).metadata);
    if (!cast.empty() && cast != type) continue;
    ordered_json one = chosen(attribute_json(schema, column), select);
    // Option sets come with the casts that have them, as $expand=OptionSet asks for.
    if (!cast.empty() && column.is_choice()) one["OptionSet"] = options_of(column);
    all.push_back(std::move(one));
  }
  return all;
}

// Which navigation property binds which lookup to which table.
ordered_json relationships_json(const Schema& schema, const std::string& select) {
  ordered_json all = ordered_json::array();
  for (const auto& column : schema.columns) {
    for (const auto& target : column.targets) {
      all.push_back(chosen({{"ReferencingAttribute", column.name},
                            {"ReferencedEntity", target.table},
                            {"ReferencingEntityNavigationPropertyName", target.navigation}},
                           select));
    }
  }
  return all;
}

ordered_json definition(const Schema& schema) {
  return {{"MetadataId", guid_of("entity." + schema.table).text()},
          {"LogicalName", schema.table},
          {"SchemaName", schema.table},
          {"EntitySetName", schema.set},
          {"LogicalCollectionName", schema.set},
          {"PrimaryIdAttribute", schema.key},
          {"PrimaryNameAttribute", schema.name},
          {"ChangeTrackingEnabled", schema.tracking == Tracking::on},
          {"IsCustomEntity", schema.table.starts_with("x_")},
          {"DisplayName", label(schema.table)}};
}

// Definitions are filtered by their own few properties: LogicalName eq 'a' or EntitySetName eq 'b'.
bool definition_matches(const Schema& schema, const std::string& filter) {
  if (filter.empty()) return true;
  static const Schema meta{"EntityMetadata",
                           "EntityDefinitions",
                           "MetadataId",
                           "LogicalName",
                           Tracking::off,
                           "",
                           {{"MetadataId", Kind::key, 0, {}, {}, true},
                            {"LogicalName", Kind::text, 0, {}, {}, true},
                            {"SchemaName", Kind::text, 0, {}, {}, true},
                            {"EntitySetName", Kind::text, 0, {}, {}, true},
                            {"LogicalCollectionName", Kind::text, 0, {}, {}, true},
                            {"IsCustomEntity", Kind::boolean, 0, {}, {}, true},
                            {"ChangeTrackingEnabled", Kind::boolean, 0, {}, {}, true}}};
  const Filter parsed = parse_filter(filter, meta);
  Row row;
  row.id = guid_of("entity." + schema.table);
  row.values = {Value{},
                schema.table,
                schema.table,
                schema.set,
                schema.set,
                std::int64_t{schema.table.starts_with("x_") ? 1 : 0},
                std::int64_t{schema.tracking == Tracking::on ? 1 : 0}};
  return matches(parsed, Table(meta), row);
}

ordered_json with_attributes(const Call& call, const Schema& schema) {
  ordered_json one = chosen(definition(schema), call.request.param_or("$select", ""));
  for (const auto& expand : parse_expands(call.request.param_or("$expand", ""))) {
    if (expand.navigation != "Attributes") {
      throw Refusal(400, k_bad_query,
                    "Could not find a property named '" + expand.navigation +
                        "' on type 'Microsoft.Dynamics.CRM.EntityMetadata'.");
    }
    std::string select;
    for (const auto& name : expand.select) select += (select.empty() ? "" : ",") + name;
    one["Attributes"] = attributes_json(schema, "", select);
  }
  return one;
}

Reply listed(const Site& site, const Call& call, const std::string& context,
             ordered_json&& values) {
  Reply reply = data_reply("");
  const ordered_json body = {{"@odata.context", call.base + "$metadata#" + context},
                             {"value", std::move(values)}};
  set_packed(site, call, body.dump(), reply);
  return reply;
}

Reply all_definitions(const Site& site, const Call& call) {
  ordered_json values = ordered_json::array();
  const std::string filter = call.request.param_or("$filter", "");
  for (const auto& table : site.organisation.tables()) {
    if (!definition_matches(table.schema(), filter)) continue;
    values.push_back(with_attributes(call, table.schema()));
  }
  return listed(site, call, "EntityDefinitions", std::move(values));
}

// (LogicalName='incident') or (<MetadataId>)
const Schema* defined(const Organisation& organisation, std::string_view key) {
  constexpr std::string_view k_name = "LogicalName='";
  for (const auto& table : organisation.tables()) {
    const auto& schema = table.schema();
    const bool named = key.starts_with(k_name) && key.ends_with('\'') &&
                       key.substr(k_name.size(), key.size() - k_name.size() - 1) == schema.table;
    if (named || key == guid_of("entity." + schema.table).text()) return &schema;
  }
  return nullptr;
}

Reply one_definition(const Site& site, const Call& call, std::string_view path) {
  const auto close = path.find(')');
  if (close == std::string_view::npos) {
    throw Refusal(400, k_bad_query, "Bad Request - Error in query syntax.");
  }
  const Schema* schema = defined(site.organisation, path.substr(0, close));
  if (!schema) {
    throw Refusal(404, k_not_found,
                  "Could not find an entity with specified entity name: " +
                      std::string(path.substr(0, close)));
  }
  std::string rest(path.substr(close + 1));
  if (rest.empty()) {
    Reply reply = data_reply("");
    ordered_json body = with_attributes(call, *schema);
    body["@odata.context"] = call.base + "$metadata#EntityDefinitions/$entity";
    set_packed(site, call, body.dump(), reply);
    return reply;
  }
  if (rest == "/ManyToOneRelationships") {
    return listed(site, call, "EntityDefinitions('" + schema->table + "')/ManyToOneRelationships",
                  relationships_json(*schema, call.request.param_or("$select", "")));
  }
  constexpr std::string_view k_attributes = "/Attributes";
  if (!rest.starts_with(k_attributes)) {
    throw Refusal(404, "0x8006088a", "Resource not found for the segment '" + rest + "'.");
  }
  const std::string cast =
      rest.size() > k_attributes.size() ? rest.substr(k_attributes.size() + 1) : std::string();
  return listed(site, call, "EntityDefinitions('" + schema->table + "')/Attributes",
                attributes_json(*schema, cast, call.request.param_or("$select", "")));
}

}  // namespace

std::optional<Reply> read_metadata(const Site& site, const Call& call, std::string_view path) {
  constexpr std::string_view k_definitions = "EntityDefinitions";
  if (path != "$metadata" && !path.starts_with(k_definitions)) return std::nullopt;
  const std::shared_lock lock(site.organisation.lock);
  if (path == "$metadata") {
    Reply reply = data_reply("");
    reply.content_type = "application/xml";
    set_packed(site, call, csdl(site.organisation), reply);
    return reply;
  }
  path.remove_prefix(k_definitions.size());
  if (path.empty()) return all_definitions(site, call);
  if (path.front() != '(') return std::nullopt;
  return one_definition(site, call, path.substr(1));
}

}  // namespace itsmc::sim::dataverse
