#include "itsmc/sinks/row.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/time.hpp"

namespace itsmc::sinks {
namespace {

constexpr std::size_t k_version_digits = 10;

/// Appends `text` as the inside of a JSON string. The store holds valid UTF-8 without NUL.
void append_escaped(std::string_view text, std::string& out) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, begin, i - begin);
    begin = i + 1;
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    }
  }
  out.append(text, begin, text.size() - begin);
}

/// The object's members, one after the other.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  void close() { out_ += '}'; }

  void text(std::string_view name, std::string_view value) {
    begin(name);
    out_ += '"';
    append_escaped(value, out_);
    out_ += '"';
  }
  void time(std::string_view name, TimeValue value) {
    text(name, format_rfc3339(Timestamp(std::chrono::milliseconds(value))));
  }
  void number(std::string_view name, double value) {
    begin(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }

 private:
  void begin(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  std::string& out_;
  bool first_ = true;
};

/// The longest beginning of at most `bytes` that ends between characters.
std::string_view whole_characters(std::string_view text, std::size_t bytes) {
  if (bytes >= text.size()) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

void append_value(Members& members, const Field& field, std::string_view value,
                  std::vector<std::string_view>& cut) {
  if (value.size() <= k_max_value_bytes) return members.text(field.column, value);
  cut.push_back(field.column);
  const std::string_view kept = whole_characters(value, k_max_value_bytes);
  members.text(field.column,
               fmt::format("{} [cut by itsmc: {} of {} bytes]", kept, kept.size(), value.size()));
}

std::string_view column_of(const Field& field, WorkItemType type) {
  const bool is_change = type == WorkItemType::change_request;
  return field.name == "state" && is_change ? std::string_view("CRState_s") : field.column;
}

std::string_view type_word(WorkItemType type) {
  switch (type) {
    case WorkItemType::incident:
      return "Incident";
    case WorkItemType::change_request:
      return "ChangeRequest";
    case WorkItemType::event:
      return "Event";
    case WorkItemType::alert:
      break;
  }
  return "Alert";
}

std::string_view log_type(const StreamReport& report) {
  switch (report.status) {
    case StreamState::ok:
      return "INFO";
    case StreamState::partial:
    case StreamState::interrupted:
      return "WARNING";
    case StreamState::failed:
      break;
  }
  return "ERROR";
}

std::string log_message(const StreamReport& report) {
  const std::string what = fmt::format("{}s of {}: {} read, {} created, {} updated, {} deleted",
                                       to_string(report.type), report.connection, report.fetched,
                                       report.created, report.updated, report.deleted);
  return report.status == StreamState::ok
             ? "synced " + what
             : fmt::format("sync {}: {}", to_string(report.status), what);
}

}  // namespace

std::string record_key(const StoredItem& stored) {
  return fmt::format("{}/{}/{}", stored.connection, to_string(stored.type),
                     stored.item.text(TextField::id));
}

std::string record_version(const StoredItem& stored) {
  const auto updated = stored.item.time(TimeField::updated_at).value_or(Timestamp{});
  std::string version = format_rfc3339(updated);
  // Always milliseconds: "...00Z" would sort behind "...00.500Z".
  if (version.size() == sizeof "2026-06-20T08:00:00Z" - 1) version.insert(19, ".000");
  const std::string_view counter = stored.item.text(TextField::version);
  if (counter.empty()) return version;
  const std::size_t zeros = k_version_digits - std::min(counter.size(), k_version_digits);
  return fmt::format("{}/{}{}", version, std::string(zeros, '0'), counter);
}

void append_row(const StoredItem& stored, std::string_view time_generated, std::string& out,
                std::vector<std::string_view>& cut) {
  Members members(out);
  members.text("TimeGenerated", time_generated);
  members.text("RecordKey_s", record_key(stored));
  members.text("RecordVersion_s", record_version(stored));
  members.text("ServiceDeskConnectionName_s", stored.connection);
  members.text("ServiceDeskWorkItemType_s", type_word(stored.type));
  for (const Field& field : work_item_fields()) {
    if (field.column.empty()) continue;
    if (field.kind == FieldKind::time) {
      const TimeValue value = stored.item.time_value(static_cast<TimeField>(field.place));
      if (value != k_no_time) members.time(field.column, value);
      continue;
    }
    const std::string_view value = stored.item.text(static_cast<TextField>(field.place));
    if (value.empty()) continue;
    Field named = field;
    named.column = column_of(field, stored.type);
    append_value(members, named, value, cut);
  }
  if (stored.deleted_at) members.text("DeletedDate_t", format_rfc3339(*stored.deleted_at));
  members.close();
}

void append_log_row(const LedgerLine& line, std::string_view time_generated, std::string& out) {
  const StreamReport& report = line.report;
  Members members(out);
  members.text("TimeGenerated", time_generated);
  members.text("LogType_s", log_type(report));
  members.text("Message", log_message(report));
  if (!line.error.empty()) {
    members.text("ExceptionMessage_s", whole_characters(line.error, k_max_value_bytes));
  }
  members.text("ServiceDeskConnectionName_s", report.connection);
  members.text("StatusLogTime_t", format_rfc3339(line.ended.value_or(line.started)));
  members.number("ActionStatus_d", report.status == StreamState::ok ? 1 : 0);
  members.text("RecordKey_s",
               fmt::format("{}/{}/{}", line.run, report.connection, to_string(report.type)));
  members.text("ServiceDeskWorkItemType_s", type_word(report.type));
  members.text("RunId_s", line.run);
  members.text("Status_s", line.status);
  members.number("Fetched_d", static_cast<double>(report.fetched));
  members.number("Changed_d",
                 static_cast<double>(report.created + report.updated + report.deleted));
  members.number("Seconds_d", report.seconds);
  members.close();
}

}  // namespace itsmc::sinks
