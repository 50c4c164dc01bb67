#include "servicenow/record_rules.hpp"

#include <algorithm>
#include <array>
#include <atomic>

#include <fmt/format.h>

#include "shared/clock.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::array k_read_only{
    "sys_id",        "sys_updated_on", "sys_updated_by", "sys_created_on", "sys_created_by",
    "sys_mod_count", "priority",       "sys_class_name", "calendar_stc",   "business_stc"};

std::string current(const Schema& schema, const Row& row, std::string_view column) {
  Scratch scratch;
  const auto number = schema.find(column);
  return number ? std::string(value_of(schema, row, *number, scratch)) : std::string();
}

// Nothing: the field keeps what it has.
std::optional<std::string> choice_input(const Writing& writing, const Column& column,
                                        const std::string& value) {
  const auto& [instance, schema, rules] = writing;
  if (value.empty() || !instance.has_choices(schema.table(), column.name)) return value;
  if (rules.input == InputValues::display) {
    const auto* stored = instance.choice_value(schema.table(), column.name, value);
    if (stored) return *stored;
  }
  const bool known = instance.choice_label(schema.table(), column.name, value) != nullptr;
  if (known || rules.invalid_choice == InvalidChoice::stored) return value;
  return std::nullopt;
}

std::string reference_input(const Writing& writing, const Column& column,
                            const std::string& value) {
  const auto& [instance, schema, rules] = writing;
  if (value.empty() || instance.find(column.target, Key(value))) return value;
  if (rules.input == InputValues::stored) return value;  // stored as it came: broken
  const Table* table = instance.table(column.target);
  if (!table) return {};
  const auto display = table->schema().display();
  for (const auto number : table->by_id()) {
    if (table->row(number).stored(display).value_or("") == value) {
      return std::string(table->row(number).sys_id.text());
    }
  }
  return {};
}

std::string date_input(const WriteRules& rules, const std::string& value) {
  const auto moment = parse_utc(value);
  if (!moment) return {};
  return utc_text(rules.input == InputValues::display ? *moment - rules.zone_seconds : *moment);
}

std::optional<std::string> accepted_input(const Writing& writing, const Column& column,
                                          const std::string& value) {
  switch (column.kind) {
    case ColumnKind::choice:
      return choice_input(writing, column, value);
    case ColumnKind::reference:
      return reference_input(writing, column, value);
    case ColumnKind::date_time:
    case ColumnKind::due:
      return value.empty() ? value : date_input(writing.rules, value);
    case ColumnKind::boolean:
      return value == "true" || value == "1" ? "true" : "false";
    default:
      return value;
  }
}

void add_journal_entry(const Writing& writing, const Column& column, const std::string& text,
                       const Row& row) {
  const auto& [instance, schema, rules] = writing;
  Table& journal = *instance.table("sys_journal_field");
  const std::string seed =
      fmt::format("{}/{}/{}", row.sys_id.text(), column.name, journal.revision());
  RowMaker maker(journal.schema(), key_for("sys_journal_field", seed), rules.now);
  maker.set("name", schema.table()).set("element_id", row.sys_id.text());
  maker.set("element", column.name).set("value", text).set("sys_created_by", rules.user);
  journal.insert(std::move(maker.row));
}

bool put(const Schema& schema, Row& row, std::string_view column, std::string_view value) {
  const auto number = schema.find(column);
  if (!number || current(schema, row, column) == value) return false;
  row.set(*number, value);
  return true;
}

// incident: 6 Resolved, 7 Closed, 8 Canceled.
void follow_incident_state(const Schema& schema, const WriteRules& rules, Row& row) {
  const std::string state = current(schema, row, "state");
  const std::string now = utc_text(rules.now);
  const auto me = key_for("sys_user", rules.user);
  put(schema, row, "incident_state", state);
  const bool done = state == "7" || state == "8";
  put(schema, row, "active", done ? "false" : "true");
  if (state == "6" || state == "7") {
    if (current(schema, row, "resolved_at").empty()) {
      put(schema, row, "resolved_at", now);
      put(schema, row, "resolved_by", me.text());
    }
  } else {
    put(schema, row, "resolved_at", "");
    put(schema, row, "resolved_by", "");
  }
  put(schema, row, "closed_at", state == "7" ? now : "");
  put(schema, row, "closed_by", state == "7" ? me.text() : "");
}

// change_request: 3 Closed, 4 Canceled.
void follow_change_state(const Schema& schema, const WriteRules& rules, Row& row) {
  const std::string state = current(schema, row, "state");
  const bool done = state == "3" || state == "4";
  put(schema, row, "active", done ? "false" : "true");
  put(schema, row, "closed_at", done ? utc_text(rules.now) : "");
  put(schema, row, "closed_by", done ? key_for("sys_user", rules.user).text() : "");
}

std::optional<std::string> data_policy(const Schema& schema, const Row& row) {
  if (schema.table() != "incident") return std::nullopt;
  const std::string state = current(schema, row, "state");
  if (state != "6" && state != "7") return std::nullopt;
  std::string missing;
  if (current(schema, row, "close_code").empty()) missing = "Resolution code";
  if (current(schema, row, "close_notes").empty()) {
    missing += missing.empty() ? "Resolution notes" : ", Resolution notes";
  }
  if (missing.empty()) return std::nullopt;
  return "Data Policy Exception: The following fields are mandatory: " + missing;
}

struct Sent {
  const Column* column;
  ColumnNumber number;
  std::string value;
};

// The sent fields that the table knows and lets write, in the form they are stored in.
std::vector<Sent> accepted_fields(const Writing& writing, const Fields& sent) {
  const Schema& schema = writing.schema;
  std::vector<Sent> out;
  for (const auto& [name, value] : sent) {
    const auto number = schema.find(name == "incident_state" ? "state" : name);
    const bool read_only =
        std::find(k_read_only.begin(), k_read_only.end(), name) != k_read_only.end();
    if (!number || (read_only && schema.is_task())) continue;
    const Column& column = schema.column(*number);
    if (auto accepted = accepted_input(writing, column, value)) {
      out.push_back({&column, *number, *std::move(accepted)});
    }
  }
  return out;
}

}  // namespace

int computed_priority(std::string_view impact, std::string_view urgency) {
  const auto i = number_or(impact, 0);
  const auto u = number_or(urgency, 0);
  if (i < 1 || i > 3 || u < 1 || u > 3) return 5;
  return static_cast<int>(i + u - 1);
}

WriteOutcome write_fields(const Writing& writing, const Fields& sent, Row& row) {
  const auto& [instance, schema, rules] = writing;
  WriteOutcome outcome;
  Row next = row;
  const std::string state = current(schema, row, "state");
  const auto fields = accepted_fields(writing, sent);
  for (const auto& field : fields) {
    if (field.column->kind == ColumnKind::journal) {
      outcome.changed = outcome.changed || !field.value.empty();
    } else {
      outcome.changed = put(schema, next, field.column->name, field.value) || outcome.changed;
    }
  }
  if (schema.table() == "incident") {
    const int priority =
        computed_priority(current(schema, next, "impact"), current(schema, next, "urgency"));
    put(schema, next, "priority", std::to_string(priority));
  }
  if (schema.is_task() && current(schema, next, "state") != state) {
    outcome.refused = data_policy(schema, next);
    if (outcome.refused) return outcome;
    if (schema.table() == "incident") follow_incident_state(schema, rules, next);
    if (schema.table() == "change_request") follow_change_state(schema, rules, next);
  }
  for (const auto& field : fields) {
    if (field.column->kind == ColumnKind::journal && !field.value.empty()) {
      add_journal_entry(writing, *field.column, field.value, row);
    }
  }
  row = std::move(next);
  return outcome;
}

Row new_record(const Writing& writing) {
  const auto& [instance, schema, rules] = writing;
  static std::atomic<std::uint64_t> serial{0};
  const std::uint64_t count = ++serial;
  const std::string seed = fmt::format("{}/{}/{}", schema.table(), rules.now, count);
  RowMaker maker(schema, Key(hex_id(seed)), rules.now);
  maker.set("sys_created_by", rules.user).set("sys_updated_by", rules.user);
  if (!schema.is_task()) return maker.row;
  // INC0010001, CHG0030001 as on a fresh instance; far above the numbers of a filled one.
  const Table& table = *instance.table(schema.table());
  const std::uint64_t fresh = schema.prefix() == "INC" ? 10'000 : 30'000;
  const std::uint64_t first = table.size() < 1000 ? fresh : 5'000'000;
  const std::string number = fmt::format("{}{:07}", schema.prefix(), first + count);
  maker.set("number", number).set("opened_at", utc_text(rules.now));
  if (schema.find("task_effective_number")) maker.set("task_effective_number", number);
  if (schema.find("opened_by")) {
    maker.set("opened_by", key_for("sys_user", rules.user).text());
  }
  return maker.row;
}

}  // namespace itsmc::sim::servicenow
