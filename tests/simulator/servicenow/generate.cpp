#include "servicenow/generate.hpp"

#include <array>

#include <fmt/format.h>

#include "shared/clock.hpp"
#include "shared/random.hpp"
#include "shared/words.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::array<std::string_view, 5> k_categories{"network", "software", "hardware", "inquiry",
                                                       "database"};
constexpr std::array<std::string_view, 6> k_subcategories{"", "vpn", "email", "os", "disk", "dns"};
constexpr std::array<std::string_view, 6> k_states{"1", "2", "3", "6", "7", "8"};
constexpr std::array<std::string_view, 8> k_change_states{"-5", "-4", "-3", "-2",
                                                          "-1", "0",  "3",  "4"};
constexpr std::array<std::string_view, 4> k_contacts{"phone", "email", "self-service", "walk-in"};
constexpr std::array<std::string_view, 4> k_one_to_four{"1", "2", "3", "4"};
constexpr std::int64_t k_span = 100L * 86400;
constexpr std::uint64_t k_users = 3000;
constexpr std::uint64_t k_groups = 80;
constexpr std::uint64_t k_cis = 2000;

struct People {
  std::vector<std::string> users, groups, cis;
};

std::vector<std::string> add_named(Instance& instance, std::string_view table, const char* label,
                                   std::uint64_t count, std::int64_t moment) {
  Table& target = *instance.table(table);
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = fmt::format("{} {}", label, i);
    RowMaker maker(target.schema(), key_for(table, name), moment);
    maker.set("name", name);
    if (table == "sys_user") maker.set("user_name", fmt::format("user{}", i));
    ids.emplace_back(maker.row.sys_id.text());
    target.insert(std::move(maker.row));
  }
  return ids;
}

// The columns of a lean record, looked up once.
struct TaskColumns {
  explicit TaskColumns(const Schema& s)
      : number(s.at("number")),
        title(s.at("short_description")),
        text(s.at("description")),
        state(s.at("state")),
        priority(s.at("priority")),
        urgency(s.at("urgency")),
        impact(s.at("impact")),
        category(s.at("category")),
        assigned_to(s.at("assigned_to")),
        group(s.at("assignment_group")),
        opened_by(s.at("opened_by")),
        opened_at(s.at("opened_at")),
        closed_at(s.at("closed_at")),
        due(s.at("due_date")),
        created(s.at("sys_created_on")),
        updated_by(s.at("sys_updated_by")),
        active(s.at("active")),
        contact(s.at("contact_type")),
        ci(s.at("cmdb_ci")) {}
  ColumnNumber number, title, text, state, priority, urgency, impact, category, assigned_to, group,
      opened_by, opened_at, closed_at, due, created, updated_by, active, contact, ci;
};

// Writes what both kinds of record have; `row` has its sys_id and its times.
void add_common(const TaskColumns& c, const People& people, Random& random, Row& row) {
  std::string text;
  add_words(3 + random.below(7), random, text);
  row.append(c.title, text);
  text.clear();
  add_text(random, text);
  row.append(c.text, text);
  row.append(c.priority, one_of(k_one_to_four, random));
  row.append(c.urgency, k_one_to_four[random.below(3)]);
  row.append(c.impact, k_one_to_four[random.below(3)]);
  if (random.chance(80)) row.append(c.assigned_to, one_of(people.users, random));
  row.append(c.group, one_of(people.groups, random));
  row.append(c.opened_by, one_of(people.users, random));
  if (random.chance(10)) row.append(c.ci, one_of(people.cis, random));
  row.append(c.contact, one_of(k_contacts, random));
  row.append(c.updated_by, fmt::format("user{}", random.below(900)));
  row.mod_count = static_cast<std::uint32_t>(random.below(61));
}

struct Times {
  std::int64_t opened, updated;
};

Times times_of(const GeneratePlan& plan, Random& random) {
  const std::int64_t updated = plan.now - 300 - static_cast<std::int64_t>(random.below(k_span));
  return {updated - static_cast<std::int64_t>(random.below(20L * 86400)), updated};
}

void add_incident(const GeneratePlan& plan, const People& people, std::uint64_t number,
                  Table& table) {
  static const TaskColumns c(table.schema());
  static const ColumnNumber caller = table.schema().at("caller_id");
  static const ColumnNumber severity = table.schema().at("severity");
  static const ColumnNumber sub = table.schema().at("subcategory");
  static const ColumnNumber resolved = table.schema().at("resolved_at");
  static const ColumnNumber mirror = table.schema().at("incident_state");
  Random random(mix(plan.seed) ^ number);
  const Times times = times_of(plan, random);
  Row row;
  row.reserve(700);
  row.sys_id = Key(hex_id(fmt::format("i{}.{}", plan.seed, number)));
  row.updated_on = times.updated;
  row.append(c.number, fmt::format("INC{:07}", number));
  const auto state = one_of(k_states, random);
  row.append(c.state, state);
  row.append(mirror, state);
  const bool done = state >= "6";
  row.append(c.active, state >= "7" ? "false" : "true");
  add_common(c, people, random, row);
  row.append(c.category, one_of(k_categories, random));
  row.append(sub, one_of(k_subcategories, random));
  row.append(caller, one_of(people.users, random));
  row.append(severity, k_one_to_four[random.below(3)]);
  row.append(c.opened_at, utc_text(times.opened));
  row.append(c.created, utc_text(times.opened));
  if (done) row.append(resolved, utc_text(times.updated));
  if (state == "7") row.append(c.closed_at, utc_text(times.updated));
  if (random.chance(30)) row.append(c.due, utc_text(times.opened + 172800));
  table.insert(std::move(row));
}

void add_change(const GeneratePlan& plan, const People& people, std::uint64_t number,
                Table& table) {
  const auto& schema = table.schema();
  static const TaskColumns c(schema);
  Random random(mix(plan.seed + 1) ^ number);
  const Times times = times_of(plan, random);
  Row row;
  row.sys_id = Key(hex_id(fmt::format("c{}.{}", plan.seed, number)));
  row.updated_on = times.updated;
  row.append(c.number, fmt::format("CHG{:07}", number));
  const auto state = one_of(k_change_states, random);
  const bool done = state == "3" || state == "4";
  row.append(c.state, state);
  row.append(c.active, done ? "false" : "true");
  add_common(c, people, random, row);
  row.append(c.category, random.chance(50) ? "Software" : "Network");
  row.append(schema.at("type"), random.chance(20) ? "emergency" : "normal");
  row.append(schema.at("risk"), one_of(k_one_to_four, random));
  row.append(schema.at("requested_by"), one_of(people.users, random));
  row.append(schema.at("start_date"), utc_text(times.opened + 3 * 86400));
  row.append(schema.at("end_date"), utc_text(times.opened + 3 * 86400 + 7200));
  row.append(c.opened_at, utc_text(times.opened));
  row.append(c.created, utc_text(times.opened));
  if (done) row.append(c.closed_at, utc_text(times.updated));
  table.insert(std::move(row));
}

}  // namespace

void generate_rows(Instance& instance, const GeneratePlan& plan) {
  const std::int64_t installed = plan.now - 3 * k_span;
  People people;
  people.users = add_named(instance, "sys_user", "User", k_users, installed);
  people.groups = add_named(instance, "sys_user_group", "Group", k_groups, installed);
  people.cis = add_named(instance, "cmdb_ci", "CI", k_cis, installed);
  Table& incidents = *instance.table("incident");
  Table& changes = *instance.table("change_request");
  incidents.reserve(plan.incidents);
  for (std::uint64_t i = 0; i < plan.incidents; ++i) add_incident(plan, people, i, incidents);
  for (std::uint64_t i = 0; i < plan.incidents / 20; ++i) add_change(plan, people, i, changes);
  instance.settle();
}

}  // namespace itsmc::sim::servicenow
