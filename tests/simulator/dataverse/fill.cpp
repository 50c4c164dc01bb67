#include "dataverse/fill.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/random.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::int64_t k_first_own_value = 100'000'000;  // an own publisher's options begin there

// Writes an item's words into the columns of one table.
class ItemWriter {
 public:
  ItemWriter(Site& site, Table& table)
      : organisation_(site.organisation), table_(table), installed_(site.bench.clock.now()) {}

  Row row_of(const Item& item, const Guid& id) {
    Row row;
    row.id = id;
    row.modified = item.updated_ms / 1000;
    row.created = item.created_ms.value_or(item.updated_ms) / 1000;
    row.version = organisation_.next_version();
    row.values.resize(table_.schema().columns.size());
    return row;
  }
  void text(Row& row, const char* column, const std::string& text) {
    if (!text.empty()) row.values[table_.schema().at(column)] = text;
  }
  void date(Row& row, const char* column, const std::optional<std::int64_t>& milliseconds) {
    if (milliseconds) row.values[table_.schema().at(column)] = *milliseconds / 1000;
  }
  void number(Row& row, const char* column, std::int64_t value) {
    row.values[table_.schema().at(column)] = value;
  }
  void person(Row& row, const char* column, const std::string& name, std::string_view in) {
    if (name.empty()) return;
    row.values[table_.schema().at(column)] = organisation_.ensure_named(in, name, installed_);
  }
  // The option of that label, added when the organisation lacks it.
  std::int64_t choice(Row& row, const char* name, const std::string& label,
                      std::int64_t state = 0) {
    Column& column = table_.schema().columns[table_.schema().at(name)];
    const Option* known = column.option_called(label);
    if (!known || (column.kind == Kind::status && known->state != state)) {
      if (label.empty()) return 0;
      const auto value = k_first_own_value + static_cast<std::int64_t>(column.options.size());
      column.options.push_back({value, label, state});
      known = &column.options.back();
    }
    number(row, name, known->value);
    return known->value;
  }

 private:
  Organisation& organisation_;
  Table& table_;
  std::int64_t installed_;
};

std::int64_t case_state(const Item& item) {
  if (item.open) return 0;
  return item.state.starts_with("Cancel") ? 2 : 1;
}

Row case_of(Site& site, Table& table, const Item& item, const Guid& id) {
  ItemWriter write(site, table);
  Row row = write.row_of(item, id);
  write.text(row, "ticketnumber", item.number);
  write.text(row, "title", item.title);
  write.text(row, "description", item.description);
  write.number(row, "statecode", case_state(item));
  write.choice(row, "statuscode", item.state, case_state(item));
  write.choice(row, "prioritycode", item.priority);
  write.choice(row, "caseorigincode", item.source);
  write.choice(row, "casetypecode", item.category);
  write.number(row, "severitycode", 1);
  write.number(row, "isescalated", 0);
  write.person(row, "ownerid", item.assigned_to, "systemuser");
  write.person(row, "createdby", item.created_by, "systemuser");
  write.person(row, "customerid", "Contoso, Ltd.", "account");
  return row;
}

Row ticket_of(Site& site, Table& table, const Item& item, const Guid& id) {
  ItemWriter write(site, table);
  Row row = write.row_of(item, id);
  write.text(row, "x_number", item.number);
  write.text(row, "x_title", item.title);
  write.text(row, "x_description", item.description);
  write.choice(row, "x_state", item.state);
  write.choice(row, "x_urgency", item.urgency);
  write.choice(row, "x_impact", item.impact);
  write.choice(row, "x_priority", item.priority);
  write.choice(row, "x_source", item.source);
  write.choice(row, "x_category", item.category);
  write.date(row, "x_resolvedon", item.resolved_ms);
  write.date(row, "x_closedon", item.closed_ms);
  write.person(row, "x_assignedto", item.assigned_to, "systemuser");
  write.person(row, "x_assignmentgroup", item.assignment_group, "team");
  write.person(row, "x_createdfor", item.created_by, "systemuser");
  write.person(row, "x_resolvedby", item.resolved_by, "systemuser");
  write.person(row, "x_closedby", item.closed_by, "systemuser");
  write.person(row, "x_configurationitem", item.configuration_item, "x_configurationitem");
  write.person(row, "createdby", item.created_by, "systemuser");
  write.person(row, "ownerid", item.assigned_to, "systemuser");
  write.number(row, "statecode", item.open ? 0 : 1);
  write.number(row, "statuscode", item.open ? 1 : 2);
  if (item.type == ItemType::change_request) {
    write.choice(row, "x_risk", item.impact);
    write.date(row, "x_plannedstart", item.created_ms);
  }
  return row;
}

}  // namespace

std::vector<Table*> tables_of(Organisation& organisation, ItemType type) {
  if (type == ItemType::change_request) return {organisation.table("x_changerequest")};
  return {organisation.table("x_incident"), organisation.table("incident")};
}

void add_base_rows(Site& site) {
  auto& organisation = site.organisation;
  const std::int64_t now = site.bench.clock.now();
  Table& users = *organisation.table("systemuser");
  const std::string upn = site.settings.directory.users.front().name;
  Row user;
  user.id = site.user;
  user.created = user.modified = now;
  user.version = organisation.next_version();
  user.values.resize(users.schema().columns.size());
  user.values[users.schema().at("fullname")] = std::string("ITSMC Integration");
  user.values[users.schema().at("domainname")] = upn;
  user.values[users.schema().at("internalemailaddress")] = upn;
  user.values[users.schema().at("isdisabled")] = std::int64_t{0};
  users.put(std::move(user));
  // One role of its own, the one that counts through a team (reference 3).
  const Guid basic = organisation.ensure_named("role", "Basic User", now);
  const Guid itsm = organisation.ensure_named("role", "ITSM Integration", now);
  organisation.ensure_named("role", "System Administrator", now);
  const Guid team = organisation.ensure_named("team", "Service Desk", now);
  organisation.link("systemuserroles_association", site.user, basic);
  organisation.link("teammembership_association", site.user, team);
  organisation.link("teamroles_association", team, itsm);
  organisation.ensure_named("account", "Contoso, Ltd.", now);
  organisation.ensure_named("contact", "Yvonne McKay (sample)", now);
}

void put_item(Site& site, Table& table, const Item& item, const Guid& id) {
  table.put(table.schema().table == "incident" ? case_of(site, table, item, id)
                                               : ticket_of(site, table, item, id));
}

Guid id_of(const Item& item) {
  return guid_of(fmt::format("{}/{}", name_of(item.type), item.number));
}

void add_items(Site& site, const std::vector<Item>& items) {
  for (const auto& item : items) {
    for (Table* table : tables_of(site.organisation, item.type)) {
      put_item(site, *table, item, id_of(item));
    }
  }
}

std::vector<Guid> chosen_rows(const Table& table, std::uint64_t count, std::uint64_t seed) {
  std::vector<Guid> ids;
  for (const auto& position : table.by_key()) ids.push_back(position.id);
  Random random(seed);
  count = std::min<std::uint64_t>(count, ids.size());
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(ids[i], ids[i + random.below(ids.size() - i)]);
  }
  ids.resize(count);
  return ids;
}

void set_modified(Organisation& organisation, Table& table, const std::vector<Guid>& ids,
                  std::int64_t at) {
  for (const auto& id : ids) {
    const Row* found = table.find(id);
    if (!found) continue;
    Row row = *found;
    row.modified = at;
    row.version = organisation.next_version();
    table.put(std::move(row));
  }
}

}  // namespace itsmc::sim::dataverse
