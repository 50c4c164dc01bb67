#include "scsm/render.hpp"

#include <algorithm>
#include <cctype>

#include "shared/clock.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::scsm {
namespace {

// Appends members of one object, commas between them.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  void raw(std::string_view name, std::string_view value) {
    begin(name);
    out_ += value;
  }
  void text(std::string_view name, std::string_view value) {
    raw(name, value.empty() ? "null" : quote_json(value));
  }
  void time(std::string_view name, std::optional<std::int64_t> milliseconds) {
    raw(name, milliseconds ? '"' + rfc3339_text(*milliseconds) + '"' : "null");
  }
  void begin(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  void end() { out_ += '}'; }
  std::string& out() { return out_; }

 private:
  std::string& out_;
  bool first_ = true;
};

const std::string& shown(const EnumValue& value, const View& view) {
  return view.language == Language::german ? value.german : value.display;
}

void write_enum(const EnumValue* value, const View& view, std::string& out) {
  if (!value) {
    out += "null";
    return;
  }
  Members members(out);
  members.text("id", value->id);
  members.text("name", value->name);
  members.text("displayName", shown(*value, view));
  members.end();
}

void add_enum(std::string_view name, const EnumValue* value, const View& view, Members& members) {
  members.begin(name);
  write_enum(value, view, members.out());
}

// "Ana Lee" -> {"userName":"ana.lee","domain":"CONTOSO","displayName":"Ana Lee"}
void add_user(std::string_view name, const std::string& display, Members& members) {
  if (display.empty()) return members.raw(name, "null");
  std::string account = display;
  for (auto& c : account) {
    c = c == ' ' ? '.' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  members.begin(name);
  Members user(members.out());
  user.text("userName", account);
  user.raw("domain", "\"CONTOSO\"");
  user.text("displayName", display);
  user.end();
}

void add_config_items(const WorkItem& row, const View& view, Members& members) {
  members.begin("configItems");
  std::string& out = members.out();
  out += '[';
  if (view.deleted) write_config_item(*view.deleted, view, out);
  std::vector<const ConfigItem*> affected = row.more_items;
  if (row.config_item) affected.insert(affected.begin(), row.config_item);
  for (const auto* one : affected) {
    if (out.back() != '[') out += ',';
    Members item(out);
    item.text("baseId", one->base_id);
    item.text("displayName", one->display);
    item.text("principalName", one->principal);
    item.end();
  }
  out += ']';
}

void add_incident_members(const WorkItem& row, const View& view, Members& members) {
  members.raw("priority", row.priority ? std::to_string(*row.priority) : "null");
  add_enum("source", row.source, view, members);
  add_enum("classification", row.category, view, members);
  add_enum("supportGroup", row.queue, view, members);
  members.raw("escalated", "false");
}

void add_change_members(const WorkItem& row, const View& view, Members& members) {
  add_enum("priority", row.change_priority, view, members);
  add_enum("category", row.category, view, members);
  add_enum("risk", row.risk, view, members);
}

}  // namespace

// Members and their order: fixture our-contract.incidents-page.response.json.
void write_work_item(const WorkItem& row, const View& view, std::string& out) {
  const bool incident = row.type == ItemType::incident;
  Members members(out);
  members.text("baseId", row.base_id);
  members.text("id", row.number);
  members.text("class", incident ? "System.WorkItem.Incident" : "System.WorkItem.ChangeRequest");
  members.text("title", row.title);
  members.text("description", row.description);
  members.time("lastModified", row.modified_ms);
  members.time("createdDate", row.created_ms);
  members.time("closedDate", row.closed_ms);
  members.time("resolvedDate", row.resolved_ms);
  add_enum("status", row.status, view, members);
  add_enum("urgency", row.urgency, view, members);
  add_enum("impact", row.impact, view, members);
  if (incident)
    add_incident_members(row, view, members);
  else
    add_change_members(row, view, members);
  add_user("createdBy", row.created_by, members);
  add_user("assignedTo", row.assigned_to, members);
  add_user("affectedUser", row.affected_user, members);
  add_user("resolvedBy", row.resolved_by, members);
  add_user("closedBy", row.closed_by, members);
  add_config_items(row, view, members);
  members.time("scheduledStartDate", row.scheduled_start_ms);
  members.time("scheduledEndDate", row.scheduled_end_ms);
  members.raw("actualStartDate", "null");
  members.raw("actualEndDate", "null");
  members.raw("requiredByDate", "null");
  members.end();
}

void write_config_item(const ConfigItem& item, const View& view, std::string& out) {
  Members members(out);
  members.text("baseId", item.base_id);
  members.text("class", item.class_name);
  members.text("displayName", item.display);
  members.text("principalName", item.principal);
  add_enum("objectStatus", item.status, view, members);
  members.end();
}

std::string list_json(const EnumList& list, const View& view) {
  std::string out = "{\"name\":" + quote_json(list.name()) + ",\"values\":[";
  for (const auto& value : list.values()) {
    if (out.back() == '}') out += ',';
    Members members(out);
    members.text("id", value.id);
    members.text("name", value.name);
    members.text("displayName", shown(value, view));
    members.text("parent", value.parent ? value.parent->id : list.id());
    members.end();
  }
  return out + "]}";
}

}  // namespace itsmc::sim::scsm
