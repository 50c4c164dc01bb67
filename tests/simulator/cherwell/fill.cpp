#include "cherwell/fill.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

#include "shared/random.hpp"

namespace itsmc::sim::cherwell {
namespace {

using CiIds = std::unordered_map<std::string, std::string>;

constexpr std::string_view k_customer = "customer.integration";

struct BaseCi {
  const char* type;
  const char* name;
  const char* host;
  const char* address;
};
constexpr std::array<BaseCi, 4> k_cis{
    {{"ConfigComputer", "pc-0001", "pc-0001.example.com", "10.1.0.1"},
     {"ConfigServer", "srv-web-01", "srv-web-01.example.com", "10.2.0.1"},
     {"ConfigServer", "srv-db-01", "srv-db-01.example.com", "10.2.0.2"},
     {"ConfigNetworkDevice", "sw-core-01", "sw-core-01.example.com", "10.3.0.1"}}};

// Both lengths occur side by side (cherwell reference 5).
std::string row_id(const std::string& seed) {
  return hash_text(seed, 7) % 5 == 0 ? hex_id(seed) : long_id(seed);
}

std::int64_t seconds(std::int64_t milliseconds) {
  return milliseconds / 1000;
}

void set_if_there(const ObjectType& type, std::string_view field, const std::string& value,
                  Record& record) {
  if (const auto number = type.field(field)) record.set(*number, value);
}

void add_ci(Site& site, const BaseCi& ci) {
  const auto number = *site.blueprint.by_name(ci.type);
  const ObjectType& type = site.blueprint.type(number);
  Record record =
      plain_record(site, number, row_id(std::string("ci.") + ci.name), site.bench.clock.now());
  record.set(type.at("FriendlyName"), ci.name);
  record.set(type.at("HostName"), ci.host);
  record.set(type.at("IPAddress"), ci.address);
  record.set(type.at("AssetStatus"), "Active");
  site.table(number).insert(std::move(record));
}

// The RecID of the computer of that name, which is made when there is none.
std::string ci_id(Site& site, const std::string& name, CiIds& known) {
  const auto [entry, fresh] = known.try_emplace(name, "");
  if (!fresh) return entry->second;
  const auto number = *site.blueprint.by_name("ConfigComputer");
  const ObjectType& type = site.blueprint.type(number);
  Record record = plain_record(site, number, row_id("ci." + name), site.bench.clock.now() - 86400);
  record.set(type.at("FriendlyName"), name);
  record.set(type.at("HostName"), name);
  entry->second = record.rec_id;
  site.table(number).insert(std::move(record));
  return entry->second;
}

void set_title(const ObjectType& type, const Item& item, Record& record) {
  const auto title = type.role(Role::title);
  std::string description = item.description;
  if (title && !item.title.empty()) {
    record.set(*title, item.title);
  } else if (!item.title.empty()) {
    // A change has no title field out of the box: its first line is the title.
    description = description.empty() ? item.title : item.title + "\n" + description;
  }
  record.set(*type.role(Role::description), std::move(description));
}

void set_times(const ObjectType& type, const Item& item, Record& record) {
  const auto set = [&](std::optional<FieldNumber> field, std::optional<std::int64_t> moment) {
    if (field && moment) record.set_moment(*field, seconds(*moment));
  };
  set(type.role(Role::created), item.created_ms);
  set(type.role(Role::resolved), item.resolved_ms);
  set(type.role(Role::closed), item.closed_ms);
  set(type.field("Stat_DateTimeClosed"), item.closed_ms);
}

Record record_of(Site& site, TypeNumber number, const Item& item, CiIds& cis) {
  const ObjectType& type = site.blueprint.type(number);
  Record record;
  record.rec_id = row_id(std::string(name_of(item.type)) + "." + item.number);
  record.public_id = item.number;
  record.updated = seconds(item.updated_ms);
  set_title(type, item, record);
  set_times(type, item, record);
  set_if_there(type, "Status", item.state, record);
  set_if_there(type, "Priority", item.priority, record);
  set_if_there(type, "Urgency", item.urgency, record);
  set_if_there(type, "Impact", item.impact, record);
  set_if_there(type, "Category", item.category, record);
  set_if_there(type, "Source", item.source, record);
  set_if_there(type, "OwnedBy", item.assigned_to, record);
  set_if_there(type, "OwnedByTeam", item.assignment_group, record);
  set_if_there(type, "CreatedBy", item.created_by, record);
  set_if_there(type, "LastModBy", item.created_by, record);
  set_if_there(type, "ClosedBy", item.closed_by, record);
  set_if_there(type, "CustomerRecID", long_id(k_customer), record);
  set_if_there(type, "CustomerDisplayName", std::string(k_user_name), record);
  set_if_there(type, "IncidentType", "Incident", record);
  if (!item.configuration_item.empty()) {
    record.set(type.at("ConfigItemDisplayName"), item.configuration_item);
    record.set(type.at("ConfigItemRecID"), ci_id(site, item.configuration_item, cis));
    record.set(type.at("ConfigItemTypeID"),
               site.blueprint.type(*site.blueprint.by_name("ConfigComputer")).id);
  }
  return record;
}

void take_over_lists(Site& site, TypeNumber number, const Record& record) {
  const ObjectType& type = site.blueprint.type(number);
  for (const auto& [field, value] : record.texts)
    if (type.fields[field].validated) site.blueprint.add_choice(number, field, value);
}

// "INC0000012" -> 102012: public ids are plain numbers here.
std::string plain_number(const Item& item) {
  const auto digit = std::min(item.number.find_first_of("0123456789"), item.number.size());
  const auto base = item.type == ItemType::incident ? 102'000 : 30'000;
  return std::to_string(base + number_or(std::string_view(item.number).substr(digit), 0));
}

// In this product's words; urgency and impact are blank, as in all recorded rows.
Item in_own_words(Item item, std::uint64_t row) {
  item.number = plain_number(item);
  item.priority = item.priority.substr(0, 1);
  item.urgency.clear();
  item.impact.clear();
  const bool change = item.type == ItemType::change_request;
  if (item.state == "On Hold") item.state = row % 2 == 0 ? "Pending" : "Reopened";
  if (item.state == "Canceled" || item.state == "Cancelled") item.state = "Closed";
  if (change && (item.state == "Assess" || item.state == "Review")) item.state = "Approval";
  if (change && item.state == "Scheduled") item.state = "Scheduling";
  if (change && item.state == "Implement") item.state = "Implementing";
  item.category = change ? "Network" : "Submit Incident";
  if (item.source == "Email") item.source = "E-mail";
  if (item.source == "Self-service") item.source = "Portal";
  if (item.source == "Walk-in") item.source = "Walk In";
  if (!change && row % 4 == 0) {
    item.description = item.title + "\n" + item.description;
    item.title.clear();
  }
  return item;
}

}  // namespace

TypeNumber type_number(const Site& site, ItemType type) {
  return *site.blueprint.by_name(type == ItemType::incident ? "Incident" : "ChangeRequest");
}

Record plain_record(const Site& site, TypeNumber number, std::string rec_id, std::int64_t updated) {
  const ObjectType& type = site.blueprint.type(number);
  Record record;
  record.rec_id = std::move(rec_id);
  record.updated = updated;
  if (const auto created = type.role(Role::created)) record.set_moment(*created, updated);
  set_if_there(type, "CreatedBy", std::string(k_user_name), record);
  set_if_there(type, "LastModBy", std::string(k_user_name), record);
  set_if_there(type, "Status", "New", record);
  if (type.field("CustomerRecID")) {
    set_if_there(type, "Priority", "3", record);
    set_if_there(type, "CustomerRecID", long_id(k_customer), record);
    set_if_there(type, "CustomerDisplayName", std::string(k_user_name), record);
  }
  set_if_there(type, "IncidentType", "Incident", record);
  return record;
}

void add_base_rows(Site& site) {
  const auto customers = *site.blueprint.by_name("CustomerInternal");
  const ObjectType& type = site.blueprint.type(customers);
  Record customer = plain_record(site, customers, long_id(k_customer), site.bench.clock.now());
  customer.set(type.at("FullName"), std::string(k_user_name));
  customer.set(type.at("Email"), site.sign_in.credentials().user + "@example.com");
  site.table(customers).insert(std::move(customer));
  for (const auto& ci : k_cis) add_ci(site, ci);
  site.settle();
}

void add_items(Site& site, const std::vector<Item>& items) {
  CiIds cis;
  for (const auto& item : items) {
    const TypeNumber number = type_number(site, item.type);
    Record record = record_of(site, number, item, cis);
    take_over_lists(site, number, record);
    if (!item.open) site.closed_states.insert(item.state);
    if (const auto row = site.table(number).by_rec_id(record.rec_id))
      site.table(number).replace(*row, std::move(record));
    else
      site.table(number).insert(std::move(record));
  }
  site.settle();
}

void add_generated(Site& site, const std::vector<Item>& items) {
  std::vector<Item> own;
  own.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) own.push_back(in_own_words(items[i], i));
  site.table(type_number(site, ItemType::incident)).reserve(items.size());
  add_items(site, own);
}

}  // namespace itsmc::sim::cherwell
