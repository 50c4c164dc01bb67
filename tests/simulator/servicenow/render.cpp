#include "servicenow/render.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "shared/clock.hpp"
#include "shared/message.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::array<bool, 256> escaped_bytes() {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 32; ++i) table[i] = true;
  table[static_cast<unsigned char>('"')] = true;
  table[static_cast<unsigned char>('\\')] = true;
  return table;
}
constexpr auto k_escaped = escaped_bytes();

// 28800 -> 28,800
std::string with_separators(std::string_view digits) {
  const std::size_t sign = !digits.empty() && digits[0] == '-' ? 1 : 0;
  std::string out(digits);
  for (std::size_t at = out.size(); at > sign + 3;) {
    at -= 3;
    out.insert(at, ",");
  }
  return out;
}

// 1970-01-02 04:23:17 -> 1 Day 4 Hours 23 Minutes
std::string duration_text(std::string_view value) {
  const auto seconds = parse_utc(value);
  if (!seconds) return std::string(value);
  std::string out;
  const auto add = [&](std::int64_t amount, const char* unit) {
    if (amount == 0) return;
    out += fmt::format("{}{} {}{}", out.empty() ? "" : " ", amount, unit, amount == 1 ? "" : "s");
  };
  add(*seconds / 86400, "Day");
  add(*seconds / 3600 % 24, "Hour");
  add(*seconds / 60 % 60, "Minute");
  return out;
}

}  // namespace

void append_json(std::string_view text, std::string& out) {
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!k_escaped[static_cast<unsigned char>(text[i])]) continue;
    out.append(text, plain, i - plain);
    const std::string quoted = quote_json(text.substr(i, 1));
    out.append(quoted, 1, quoted.size() - 2);
    plain = i + 1;
  }
  out.append(text, plain, text.size() - plain);
  out += '"';
}

std::string display_date(std::string_view value, std::int64_t zone_seconds, DateFormat format) {
  const auto moment = parse_utc(value);
  if (!moment) return std::string(value);
  const std::string iso = utc_text(*moment + zone_seconds);
  if (format == DateFormat::iso) return iso;
  const std::string year = iso.substr(0, 4);
  const std::string month = iso.substr(5, 2);
  const std::string day = iso.substr(8, 2);
  const bool day_first = format == DateFormat::day_first;
  return fmt::format("{}/{}/{}{}", day_first ? day : month, day_first ? month : day, year,
                     iso.substr(10));
}

std::string View::key() const {
  std::string out =
      fmt::format("{}|{}|{}|{}|{}|{}|{}{}{}{}|{}|", static_cast<int>(mode), static_cast<int>(links),
                  link_base, zone_seconds, static_cast<int>(date_format), hidden_percent,
                  null_choices, shuffled_keys, empty_links, bare_numbers, bad_date_field);
  for (const auto& field : fields) out += field + ",";
  out += "|";
  for (const auto& field : hidden_fields) out += field + ",";
  return out;
}

Renderer::Renderer(const Instance& instance, const Table& table, const View& view)
    : instance_(instance), table_(table), view_(view) {
  std::vector<std::string> names = view.fields;
  if (names.empty()) {
    for (const auto& column : table.schema().columns()) names.push_back(column.name);
  }
  looks_elsewhere_ = view.mode != DisplayMode::value;
  for (const auto& name : names) {
    Out out;
    out.path = resolve_field(instance, table, name);
    if (out.path.empty()) continue;  // unknown names are dropped without a word
    const bool repeated = std::any_of(outs_.begin(), outs_.end(),
                                      [&](const Out& other) { return other.name == name; });
    if (repeated) continue;
    looks_elsewhere_ = looks_elsewhere_ || !out.path.direct();
    out.name = name;
    append_json(name, out.quoted);
    out.quoted += ':';
    outs_.push_back(std::move(out));
  }
}

void Renderer::append(const Row& row, std::string& out) {
  out += '{';
  bool any = false;
  const std::size_t turn = view_.shuffled_keys && !outs_.empty()
                               ? hash_text(row.sys_id.text(), row.mod_count) % outs_.size()
                               : 0;
  for (std::size_t i = 0; i < outs_.size(); ++i) {
    const Out& field = outs_[(i + turn) % outs_.size()];
    if (!view_.hidden_fields.empty() && hidden(field, row)) continue;
    if (any) out += ',';
    any = true;
    out += field.quoted;
    append_field(field, row, out);
  }
  out += '}';
  first_ = false;
}

bool Renderer::hidden(const Out& out, const Row& row) const {
  if (std::find(view_.hidden_fields.begin(), view_.hidden_fields.end(), out.name) ==
      view_.hidden_fields.end()) {
    return false;
  }
  return hash_text(row.sys_id.text(), 77) % 100 < view_.hidden_percent;
}

void Renderer::append_field(const Out& out, const Row& row, std::string& text) const {
  if (!first_ || view_.bad_date_field != out.name) return append_value(out, row, text);
  // Not the form that the documents promise (servicenow reference 2.9).
  text += view_.mode == DisplayMode::all
              ? R"({"display_value":"24/09/2024 05:39","value":"24/09/2024 05:39"})"
              : R"("24/09/2024 05:39")";
}

void Renderer::append_value(const Out& out, const Row& row, std::string& text) const {
  Scratch scratch;
  const auto kind = out.path.column().kind;
  std::string_view value = path_value(out.path, row, scratch);
  if (kind == ColumnKind::journal) value = {};
  if (view_.mode == DisplayMode::all) return append_both(out, value, row, text);
  if (kind == ColumnKind::reference && view_.links == Links::shown) {
    return append_reference(out, value, text);
  }
  if (view_.mode == DisplayMode::display) return append_json(display_of(out, value, row), text);
  if (view_.null_choices && kind == ColumnKind::choice && value.empty()) {
    text += "null";
  } else if (view_.bare_numbers && kind == ColumnKind::integer && !value.empty()) {
    text += value;
  } else {
    append_json(value, text);
  }
}

std::string Renderer::link(const Column& column, std::string_view value) const {
  return view_.link_base + column.target + "/" + std::string(value);
}

void Renderer::append_reference(const Out& out, std::string_view value, std::string& text) const {
  if (value.empty()) {
    text += "\"\"";
    return;
  }
  const bool display = view_.mode == DisplayMode::display;
  text += '{';
  if (display) {
    text += R"("display_value":)";
    append_json(display_of(out, value, {}), text);
    text += ',';
  }
  text += R"("link":)";
  append_json(link(out.path.column(), value), text);
  if (!display) {
    text += R"(,"value":)";
    append_json(value, text);
  }
  text += '}';
}

void Renderer::append_both(const Out& out, std::string_view value, const Row& row,
                           std::string& text) const {
  const auto kind = out.path.column().kind;
  text += R"({"display_value":)";
  if (kind == ColumnKind::choice && (value.empty() || view_.null_choices))
    text += "null";
  else
    append_json(display_of(out, value, row), text);
  if (kind == ColumnKind::reference && view_.links == Links::shown &&
      (!value.empty() || view_.empty_links)) {
    text += R"(,"link":)";
    append_json(value.empty() ? std::string() : link(out.path.column(), value), text);
  }
  text += R"(,"value":)";
  append_json(value, text);
  text += '}';
}

std::string Renderer::display_of(const Out& out, std::string_view value, const Row& row) const {
  const Column& column = out.path.column();
  const auto& schema = out.path.steps.back().table->schema();
  switch (column.kind) {
    case ColumnKind::reference: {
      const auto found = instance_.find(column.target, Key(value));
      if (value.empty() || !found) return {};
      Scratch scratch;
      const auto& target = found.table->schema();
      return std::string(value_of(target, found.table->row(found.row), target.display(), scratch));
    }
    case ColumnKind::choice: {
      const auto* label = instance_.choice_label(schema.table(), column.name, value);
      return label ? *label : std::string(value);
    }
    case ColumnKind::date_time:
      return display_date(value, view_.zone_seconds, view_.date_format);
    case ColumnKind::due:
      return value.empty() ? "UNKNOWN" : display_date(value, view_.zone_seconds, view_.date_format);
    case ColumnKind::integer:
      return with_separators(value);
    case ColumnKind::duration:
      return duration_text(value);
    case ColumnKind::class_name: {
      const auto* table = instance_.table(value);
      return table ? table->schema().label() : std::string(value);
    }
    case ColumnKind::journal:
      return column.name == "comments_and_work_notes" ? journal_text(row) : std::string();
    default:
      return std::string(value);
  }
}

std::string Renderer::journal_text(const Row& row) const {
  const Table& journal = *instance_.table("sys_journal_field");
  const auto& schema = journal.schema();
  const auto element_id = schema.at("element_id");
  std::string out;
  for (auto at = journal.by_time().rbegin(); at != journal.by_time().rend(); ++at) {
    const Row& entry = journal.row(*at);
    if (entry.stored(element_id).value_or("") != row.sys_id.text()) continue;
    const bool comment = entry.stored(schema.at("element")).value_or("") == "comments";
    out +=
        fmt::format("{} - {} ({})\n{}\n\n",
                    display_date(utc_text(entry.updated_on), view_.zone_seconds, view_.date_format),
                    entry.stored(schema.at("sys_created_by")).value_or(""),
                    comment ? "Additional comments" : "Work notes",
                    entry.stored(schema.at("value")).value_or(""));
  }
  return out;
}

}  // namespace itsmc::sim::servicenow
