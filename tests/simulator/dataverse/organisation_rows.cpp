#include "dataverse/organisation.hpp"

namespace itsmc::sim::dataverse {
namespace {

template <class Tables>
auto* by_name(Tables& tables, std::string_view name, std::string Schema::*member) {
  for (auto& table : tables)
    if (table.schema().*member == name) return &table;
  return static_cast<decltype(&tables.front())>(nullptr);
}

}  // namespace

Organisation::Organisation()
    : associations_{{"systemuser", "systemuserroles_association", "role", {}},
                    {"systemuser", "teammembership_association", "team", {}},
                    {"team", "teamroles_association", "role", {}}} {
  for (auto& schema : organisation_schemas()) tables_.emplace_back(std::move(schema));
}

Table* Organisation::table(std::string_view logical_name) {
  return by_name(tables_, logical_name, &Schema::table);
}
const Table* Organisation::table(std::string_view logical_name) const {
  return by_name(tables_, logical_name, &Schema::table);
}
Table* Organisation::set(std::string_view entity_set) {
  return by_name(tables_, entity_set, &Schema::set);
}
const Table* Organisation::set(std::string_view entity_set) const {
  return by_name(tables_, entity_set, &Schema::set);
}

const Association* Organisation::association(std::string_view table,
                                             std::string_view navigation) const {
  for (const auto& one : associations_)
    if (one.table == table && one.navigation == navigation) return &one;
  return nullptr;
}

void Organisation::link(std::string_view navigation, const Guid& from, const Guid& to) {
  for (auto& one : associations_)
    if (one.navigation == navigation) one.links.emplace(from, to);
}

void Organisation::unlink(std::string_view navigation, const Guid& from) {
  for (auto& one : associations_)
    if (one.navigation == navigation) one.links.erase(from);
}

std::string_view Organisation::name_of(const Column& lookup, const Guid& id,
                                       std::string_view* target) const {
  for (const auto& one : lookup.targets) {
    const Table* found = table(one.table);
    const Row* row = found ? found->find(id) : nullptr;
    if (!row) continue;
    if (target) *target = one.table;
    const auto& name = row->values[found->name_column()];
    const auto* text = std::get_if<std::string>(&name);
    return text ? std::string_view(*text) : std::string_view{};
  }
  return {};
}

std::uint64_t Organisation::names_version() const {
  std::uint64_t sum = 0;
  for (const auto& one : tables_)
    if (!one.schema().attribute("ownerid")) sum += one.changed();
  return sum;
}

Guid Organisation::ensure_named(std::string_view name_of_table, const std::string& name,
                                std::int64_t now) {
  Table& found = *table(name_of_table);
  const Guid id = guid_of(std::string(name_of_table) + "/" + name);
  if (found.find(id)) return id;
  Row row;
  row.id = id;
  row.created = row.modified = now;
  row.version = next_version();
  row.values.resize(found.schema().columns.size());
  row.values[found.schema().at(found.schema().name)] = name;
  if (const auto flag = found.schema().attribute("isdisabled")) row.values[*flag] = std::int64_t{0};
  if (const auto state = found.schema().attribute("statecode")) {
    row.values[*state] = std::int64_t{0};
  }
  found.put(std::move(row));
  return id;
}

}  // namespace itsmc::sim::dataverse
