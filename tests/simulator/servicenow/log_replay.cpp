#include "servicenow/log_replay.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "servicenow/states.hpp"
#include "shared/clock.hpp"
#include "shared/message.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

// Columns of the log, in its order.
enum LogColumn : std::size_t {
  c_number,
  c_state,
  c_active,
  c_reassignments,
  c_reopens,
  c_mod_count,
  c_made_sla,
  c_caller,
  c_opened_by,
  c_opened_at,
  c_created_by,
  c_created_at,
  c_updated_by,
  c_updated_at,
  c_contact,
  c_location,
  c_category,
  c_subcategory,
  c_symptom,
  c_ci,
  c_impact,
  c_urgency,
  c_priority,
  c_group,
  c_assigned_to,
  c_knowledge,
  c_confirmation,
  c_notify,
  c_problem,
  c_rfc,
  c_vendor,
  c_caused_by,
  c_close_code,
  c_resolved_by,
  c_resolved_at,
  c_closed_at,
  c_count
};

constexpr std::array<std::string_view, 7> k_change_states{"-5", "-4", "-3", "-2", "-1", "0", "3"};

std::string_view next_field(std::string_view& line) {
  const auto end = std::min(line.find(','), line.size());
  const auto field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

std::vector<std::string_view> split_line(std::string_view text, std::size_t at) {
  auto line = text.substr(at, text.find('\n', at) - at);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::vector<std::string_view> cells;
  cells.reserve(c_count);
  for (std::size_t i = 0; i < c_count; ++i) cells.push_back(next_field(line));
  return cells;
}

bool absent(std::string_view cell) {
  return cell.empty() || cell == "?";
}

std::string_view present(std::string_view cell) {
  return absent(cell) ? std::string_view{} : cell;
}

std::string state_code(std::string_view label) {
  for (const auto& state : k_log_states)
    if (state.label == label) return std::string(state.value);
  return std::string(label);  // "-100": a code without a label
}

std::string contact_code(std::string_view label) {
  std::string out(label);
  for (auto& c : out) c = c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

}  // namespace

std::int64_t parse_log_time(std::string_view cell) {
  const auto first = cell.find('/');
  const auto second = cell.find('/', first + 1);
  const auto blank = cell.find(' ');
  const auto colon = cell.find(':');
  if (second == std::string_view::npos || blank == std::string_view::npos ||
      colon == std::string_view::npos) {
    throw std::runtime_error("not a time of the log: '" + std::string(cell) + "'");
  }
  const auto part = [&](std::size_t from, std::size_t to) {
    return number_or(cell.substr(from, to - from), 0);
  };
  return days_of(part(second + 1, blank), static_cast<unsigned>(part(first + 1, second)),
                 static_cast<unsigned>(part(0, first))) *
             86400 +
         part(blank + 1, colon) * 3600 + part(colon + 1, cell.size()) * 60;
}

LogReplay::LogReplay(Instance& instance, std::string text, std::int64_t shift)
    : instance_(instance), text_(std::move(text)), shift_(shift) {
  read_events();
  add_choices();
}

void LogReplay::read_events() {
  std::unordered_map<std::string_view, std::int64_t> latest;
  std::size_t at = text_.find('\n') + 1;  // behind the header
  while (at < text_.size()) {
    const auto cells = split_line(text_, at);
    if (cells.back().empty()) throw std::runtime_error("short line in the log");
    auto& last = latest[cells[c_number]];
    last = std::max(last, parse_log_time(cells[c_updated_at]));
    events_.push_back({last, static_cast<std::uint32_t>(at)});
    const auto end = text_.find('\n', at);
    at = end == std::string::npos ? text_.size() : end + 1;
  }
  std::stable_sort(events_.begin(), events_.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
}

void LogReplay::ensure_choice(std::string_view element, std::string_view value,
                              const std::string& label) {
  if (absent(value) || instance_.own_choice_label("incident", element, value)) return;
  instance_.add_choice("incident", element, value, label);
  Table& table = *instance_.table("sys_choice");
  const std::string seed = fmt::format("incident.{}.{}.en", element, value);
  RowMaker maker(table.schema(), key_for("sys_choice", seed), events_.front().time + shift_);
  maker.set("name", "incident").set("element", element).set("value", value).set("label", label);
  table.insert(std::move(maker.row));
}

void LogReplay::add_choices() {
  for (const auto& state : k_log_states) {
    ensure_choice("state", state.value, std::string(state.label));
    ensure_choice("incident_state", state.value, std::string(state.label));
  }
  ensure_choice("contact_type", "phone", "Phone");
  for (const auto& event : events_) {
    const auto cells = split_line(text_, event.line);
    const auto label = [](const char* what, std::string_view number) {
      return fmt::format("{} {}", what, number);
    };
    ensure_choice("category", cells[c_category], label("Category", cells[c_category]));
    ensure_choice("subcategory", cells[c_subcategory], label("Subcategory", cells[c_subcategory]));
    ensure_choice("close_code", cells[c_close_code], label("Code", cells[c_close_code]));
    ensure_choice("contact_type", contact_code(cells[c_contact]), std::string(cells[c_contact]));
  }
  instance_.settle();
}

std::size_t LogReplay::advance_to(std::int64_t log_time) {
  const std::size_t before = next_;
  while (next_ < events_.size() && events_[next_].time <= log_time) apply(events_[next_++]);
  position_ = std::max(position_, log_time);
  instance_.settle();
  return next_ - before;
}

std::string LogReplay::reference(std::string_view table, std::string_view label,
                                 std::string_view number) {
  if (absent(number)) return {};
  const std::string name = fmt::format("{} {}", label, number);
  const Key id = key_for(table, name);
  if (known_.insert(fmt::format("{}/{}", table, name)).second) {
    Table& target = *instance_.table(table);
    RowMaker maker(target.schema(), id, events_.front().time + shift_ - 86400);
    if (table == "problem") {
      maker.set("number", fmt::format("PRB{:0>7}", number)).set("short_description", name);
    } else {
      maker.set("name", name);
    }
    if (table == "sys_user") {
      maker.set("user_name", fmt::format("user{}", number));
      maker.set("email", fmt::format("user{}@example.com", number));
    }
    target.insert(std::move(maker.row));
  }
  return std::string(id.text());
}

std::string LogReplay::date(std::string_view cell) const {
  return absent(cell) ? std::string() : utc_text(parse_log_time(cell) + shift_);
}

void LogReplay::apply(const Event& event) {
  const auto cells = split_line(text_, event.line);
  const std::int64_t moment = event.time + shift_;
  Row row = incident_row(cells, moment);
  Table& table = *instance_.table("incident");
  const auto known = incidents_.find(cells[c_number]);
  if (known != incidents_.end())
    table.replace(known->second, std::move(row));
  else
    incidents_.emplace(cells[c_number], table.insert(std::move(row)));
  if (!absent(cells[c_rfc])) apply_change(cells[c_rfc], cells, moment);
}

Row LogReplay::incident_row(const Cells& cells, std::int64_t moment) {
  const auto& schema = instance_.table("incident")->schema();
  RowMaker maker(schema, key_for("incident", cells[c_number]), 0);
  maker.row = {};
  maker.row.sys_id = key_for("incident", cells[c_number]);
  maker.row.updated_on = moment;
  maker.row.mod_count = static_cast<std::uint32_t>(number_or(cells[c_mod_count], 0));
  put_incident_texts(cells, maker);
  maker.set("caller_id", reference("sys_user", "User", cells[c_caller]));
  maker.set("opened_by", reference("sys_user", "User", cells[c_opened_by]));
  maker.set("assigned_to", reference("sys_user", "User", cells[c_assigned_to]));
  maker.set("assignment_group", reference("sys_user_group", "Group", cells[c_group]));
  maker.set("location", reference("cmn_location", "Location", cells[c_location]));
  maker.set("cmdb_ci", reference("cmdb_ci", "CI", cells[c_ci]));
  maker.set("problem_id", reference("problem", "Problem", cells[c_problem]));
  // A change named as cause need not exist: a reference to a missing row.
  for (const auto& [column, cell] :
       {std::pair{"rfc", c_rfc}, std::pair{"caused_by", c_caused_by}}) {
    if (absent(cells[cell])) continue;
    maker.set(column, key_for("change_request", cells[cell]).text());
  }
  put_incident_ends(cells, moment, maker);
  return std::move(maker.row);
}

void LogReplay::put_incident_texts(const Cells& cells, RowMaker& maker) const {
  const std::string number = fmt::format("INC{}", cells[c_number]);
  const std::string state = state_code(cells[c_state]);
  maker.set("number", number).set("task_effective_number", number);
  maker.set("state", state).set("incident_state", state).set("active", cells[c_active]);
  maker.set("short_description", fmt::format("Symptom {} reported by user {}",
                                             present(cells[c_symptom]), cells[c_caller]));
  maker.set("description", fmt::format("Incident {} \u2013 category {},\r\nsubcategory {}.\n"
                                       "The caller said: \"it doesn't work\" (caf\u00e9 \u6771).",
                                       cells[c_number], present(cells[c_category]),
                                       present(cells[c_subcategory])));
  maker.set("reassignment_count", cells[c_reassignments]).set("reopen_count", cells[c_reopens]);
  maker.set("made_sla", cells[c_made_sla]).set("opened_at", date(cells[c_opened_at]));
  maker.set("sys_created_on",
            date(absent(cells[c_created_at]) ? cells[c_opened_at] : cells[c_created_at]));
  maker.set("sys_created_by", fmt::format("user{}", present(cells[c_created_by])));
  maker.set("sys_updated_by", fmt::format("user{}", cells[c_updated_by]));
  maker.set("contact_type", contact_code(cells[c_contact]));
  maker.set("category", present(cells[c_category]));
  maker.set("subcategory", present(cells[c_subcategory]));
  maker.set("u_symptom", present(cells[c_symptom]));
  maker.set("impact", cells[c_impact]).set("urgency", cells[c_urgency]);
  maker.set("priority", cells[c_priority]).set("knowledge", cells[c_knowledge]);
  maker.set("u_priority_confirmation", cells[c_confirmation]);
  maker.set("notify", cells[c_notify] == "Send Email" ? "2" : "1");
  maker.set("vendor", present(cells[c_vendor]));
}

// The log fills these from the end of an incident's life into all of its lines; here they appear
// when they have happened.
void LogReplay::put_incident_ends(const Cells& cells, std::int64_t moment, RowMaker& maker) {
  const bool closed = cells[c_state] == "Closed";
  const bool resolved = closed || cells[c_state] == "Resolved";
  if (resolved) {
    maker.set("close_code", present(cells[c_close_code]));
    maker.set("close_notes", fmt::format("Closed with code {}", present(cells[c_close_code])));
    maker.set("resolved_by", reference("sys_user", "User", cells[c_resolved_by]));
    const bool happened =
        !absent(cells[c_resolved_at]) && parse_log_time(cells[c_resolved_at]) + shift_ <= moment;
    if (happened) maker.set("resolved_at", date(cells[c_resolved_at]));
  }
  if (!closed) return;
  maker.set("closed_by", reference("sys_user", "User", cells[c_updated_by]));
  const bool happened =
      !absent(cells[c_closed_at]) && parse_log_time(cells[c_closed_at]) + shift_ <= moment;
  if (happened) maker.set("closed_at", date(cells[c_closed_at]));
}

Row LogReplay::change_row(std::string_view number, const Cells& cells, std::int64_t moment) {
  const Schema& schema = instance_.table("change_request")->schema();
  const std::uint64_t h = hash_text(number, 3);
  RowMaker maker(schema, key_for("change_request", number), moment);
  maker.set("number", fmt::format("CHG{}", number));
  maker.set("short_description", fmt::format("Change {}: replace part {}", number, h % 97));
  maker.set("description", fmt::format("Planned because of INC{}.", cells[c_number]));
  maker.set("state", "-5").set("opened_at", utc_text(moment));
  maker.set("type", h % 5 == 0 ? "emergency" : h % 3 == 0 ? "standard" : "normal");
  maker.set("risk", std::to_string(2 + h % 3)).set("impact", cells[c_impact]);
  maker.set("urgency", cells[c_urgency]).set("priority", cells[c_priority]);
  maker.set("requested_by", reference("sys_user", "User", cells[c_caller]));
  maker.set("opened_by", reference("sys_user", "User", cells[c_opened_by]));
  maker.set("assignment_group", reference("sys_user_group", "Group", cells[c_group]));
  maker.set("assigned_to", reference("sys_user", "User", cells[c_assigned_to]));
  maker.set("cmdb_ci", reference("cmdb_ci", "CI", cells[c_ci]));
  maker.set("requested_by_date", utc_text(moment + 5 * 86400));
  maker.set("start_date", utc_text(moment + 2 * 86400));
  maker.set("end_date", utc_text(moment + 2 * 86400 + 7200));
  maker.set("sys_updated_by", fmt::format("user{}", cells[c_updated_by]));
  return std::move(maker.row);
}

// The log only names changes: the row is made when first named and moves on by one state with
// every further line that names it.
void LogReplay::apply_change(std::string_view number, const Cells& cells, std::int64_t moment) {
  Table& table = *instance_.table("change_request");
  const auto known = changes_.find(number);
  if (known == changes_.end()) {
    changes_.emplace(number, table.insert(change_row(number, cells, moment)));
    return;
  }
  Row next = table.row(known->second);
  const auto& schema = table.schema();
  next.updated_on = moment;
  ++next.mod_count;
  const std::size_t step = std::min<std::size_t>(next.mod_count, k_change_states.size() - 1);
  next.set(schema.at("state"), k_change_states[step]);
  if (step >= 4) next.set(schema.at("work_start"), utc_text(moment));
  if (k_change_states[step] == "3") {
    next.set(schema.at("active"), "false");
    next.set(schema.at("closed_at"), utc_text(moment));
    next.set(schema.at("work_end"), utc_text(moment));
    next.set(schema.at("close_code"), "successful");
  }
  table.replace(known->second, std::move(next));
}

}  // namespace itsmc::sim::servicenow
