#include "itsmc/sinks/row.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "itsmc/core/time.hpp"

namespace itsmc::sinks {
namespace {

constexpr std::size_t k_version_digits = 10;

void append_escape(unsigned char byte, std::string& out) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
  }
}

/// True when none of eight bytes has to be escaped: below 0x20, '"' or '\\'. May be false for
/// nothing: bytes from 0x80 on are looked at one by one.
bool is_plain(const char* eight) noexcept {
  constexpr std::uint64_t k_ones = 0x0101010101010101U;
  constexpr std::uint64_t k_tops = 0x8080808080808080U;
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  const auto has_zero = [](std::uint64_t bytes) { return (bytes - k_ones) & ~bytes & k_tops; };
  const std::uint64_t below = (word - k_ones * 0x20U) & k_tops;
  return (below | (word & k_tops) | has_zero(word ^ (k_ones * '"')) |
          has_zero(word ^ (k_ones * '\\'))) == 0;
}

/// Appends `text` as the inside of a JSON string. The store holds valid UTF-8 without NUL.
void append_escaped(std::string_view text, std::string& out) {
  std::size_t begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && is_plain(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t end = std::min(at + 8, text.size());
    for (; at < end; ++at) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
      out.append(text, begin, at - begin);
      append_escape(byte, out);
      begin = at + 1;
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
  void time(std::string_view name, Timestamp value) {
    begin(name);
    out_ += '"';
    append_rfc3339(out_, value);
    out_ += '"';
  }
  /// A member whose value `write` appends, between quotes, as it is.
  template <class Write>
  void plain(std::string_view name, Write write) {
    begin(name);
    out_ += '"';
    write(out_);
    out_ += '"';
  }
  void number(std::string_view name, double value) {
    begin(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }

 private:
  void begin(std::string_view name) {
    out_ += first_ ? "\"" : ",\"";
    first_ = false;
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

void append_value(Members& members, std::string_view column, std::string_view value,
                  std::vector<std::string_view>& cut) {
  if (value.size() <= k_max_value_bytes) return members.text(column, value);
  cut.push_back(column);
  const std::string_view kept = whole_characters(value, k_max_value_bytes);
  members.text(column,
               fmt::format("{} [cut by itsmc: {} of {} bytes]", kept, kept.size(), value.size()));
}

std::string_view column_of(const Field& field, WorkItemType type) {
  const bool is_state = field.kind != FieldKind::time && field.place == index(TextField::state);
  return is_state && type == WorkItemType::change_request ? std::string_view("CRState_s")
                                                          : field.column;
}

void append_version(const StoredItem& stored, std::string& out) {
  const std::size_t begin = out.size();
  append_rfc3339(out, stored.item.time(TimeField::updated_at).value_or(Timestamp{}));
  // Always milliseconds: "...00Z" would sort behind "...00.500Z".
  if (out.size() - begin == sizeof "2026-06-20T08:00:00Z" - 1) out.insert(begin + 19, ".000");
  const std::string_view counter = stored.item.text(TextField::version);
  if (counter.empty()) return;
  out += '/';
  out.append(k_version_digits - std::min(counter.size(), k_version_digits), '0');
  append_escaped(counter, out);
}

void append_key(const StoredItem& stored, std::string& out) {
  append_escaped(stored.connection, out);
  out += '/';
  out += to_string(stored.type);
  out += '/';
  append_escaped(stored.item.text(TextField::id), out);
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
  std::string version;
  append_version(stored, version);
  return version;
}

void append_row(const StoredItem& stored, std::string_view time_generated, std::string& out,
                std::vector<std::string_view>& cut) {
  Members members(out);
  members.text("TimeGenerated", time_generated);
  members.plain("RecordKey_s", [&](std::string& to) { append_key(stored, to); });
  members.plain("RecordVersion_s", [&](std::string& to) { append_version(stored, to); });
  members.text("ServiceDeskConnectionName_s", stored.connection);
  members.text("ServiceDeskWorkItemType_s", type_word(stored.type));
  for (const Field& field : work_item_fields()) {
    if (field.column.empty()) continue;
    if (field.kind == FieldKind::time) {
      const auto value = stored.item.time(static_cast<TimeField>(field.place));
      if (value) members.time(field.column, *value);
      continue;
    }
    const std::string_view value = stored.item.text(static_cast<TextField>(field.place));
    if (!value.empty()) append_value(members, column_of(field, stored.type), value, cut);
  }
  if (stored.deleted_at) members.time("DeletedDate_t", *stored.deleted_at);
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
