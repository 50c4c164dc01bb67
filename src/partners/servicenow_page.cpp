#include "itsmc/partners/servicenow_page.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/page_scratch.hpp"
#include "partners/servicenow_json.hpp"

namespace itsmc::partners::servicenow {

namespace od = simdjson::ondemand;

struct PageMemory : RowScratch {};

namespace {

bool is_hex(std::string_view id) noexcept {
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

/// Could the instance sort `a` before `b`? Bytes decide for what sys_ids are, 32 lower-case hex
/// digits. MySQL's collation ignores case, Oracle's does not: hex digits may be in order either
/// way. A few shipped ids are words ("global", "glide.maint", servicenow reference 3.4) whose place
/// depends on the collation: nothing is known of them but that they differ.
bool may_precede(std::string_view a, std::string_view b) {
  if (a < b) return true;
  if (a == b) return false;
  if (!is_hex(a) || !is_hex(b)) return true;
  return to_lower(a) < to_lower(b);
}

/// One row while its keys are read, and the first thing that is wrong with it.
struct Row {
  WorkItemValues values;
  bool has_flag = false;
  const SourceField* bad_field = nullptr;
  std::string_view bad_value;
};

void take(Row& row, const SourceField& field, const Reading& read, const Choices& choices) {
  auto& text = row.values.text;
  switch (field.shape) {
    case Shape::text:
      text[field.place] = read.value;
      return;
    case Shape::choice:
      // "0" (change.state Review) is a code like any other; only "" is none.
      text[field.place] = read.value;
      text[field.place - 1U] = !read.shown.empty()  ? read.shown
                               : read.value.empty() ? read.value
                                                    : choices.label(field.place, read.value);
      return;
    case Shape::time: {
      if (read.value.empty()) return;
      const TimeValue time = parse_time(read.value);
      if (time == k_no_time && row.bad_field == nullptr) {
        row.bad_field = &field;
        row.bad_value = read.value;
      }
      row.values.time[field.place] = time;
      return;
    }
    case Shape::flag:
      if (read.value.empty()) return;
      row.has_flag = true;
      row.values.open = read.value == "true" || read.value == "1";
      return;
    case Shape::reference_name:
      if (!read.shown.empty()) text[field.place] = read.shown;
      return;
    case Shape::reference_id:
      text[field.place] = read.value;
      if (!read.shown.empty()) text[field.place - 1U] = read.shown;
      return;
  }
}

[[noreturn]] void refuse_row(std::size_t number, std::string_view id, std::string_view what) {
  throw Error(ErrorKind::protocol,
              fmt::format("row {} of the page (sys_id \"{}\"): {}", number, excerpt(id, 64), what),
              "mend that record in the instance, then run the sync again");
}

/// Reads the rows of one page. Lives during one decode_page.
class RowReader {
 public:
  RowReader(const PageRules& rules, PageMemory& scratch, WorkItemBatch& out)
      : rules_(rules), scratch_(scratch), out_(out) {}

  void read_all(od::array rows) {
    for (auto row : rows) read_row(row.get_object().value());
  }
  /// What lies outside the bounds; empty when nothing does.
  [[nodiscard]] const std::string& unasked() const noexcept { return unasked_; }
  [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }
  [[nodiscard]] TimeValue last_time() const noexcept { return last_time_; }

 private:
  void read_row(od::object object) {
    Row row;
    scratch_.start_row();
    ++number_;
    for (auto entry : object) {
      od::field field = std::move(entry).take_value();
      const int found = scratch_.keys.field_of(field);
      if (found == FieldMap::k_unknown) continue;
      const SourceField& source = rules_.fields.fields()[static_cast<std::size_t>(found)];
      take(row, source, read_value(scratch_.parser, scratch_.texts, field.value()), rules_.choices);
    }
    check(row);
    check_bounds(row.values);
    // `active` may be hidden from the user: then what is not closed is open.
    if (!row.has_flag) row.values.open = row.values[TimeField::closed_at] == k_no_time;
    out_.append(row.values);
    last_id_ = row.values[TextField::id];
    last_time_ = row.values[TimeField::updated_at];
  }

  void check(Row& row) const {
    const std::string_view id = row.values[TextField::id];
    if (row.bad_field != nullptr) {
      refuse_row(number_, id,
                 fmt::format("{} \"{}\" is not a UTC time as \"2016-12-14 02:46:44\"",
                             row.bad_field->name, excerpt(row.bad_value, 64)));
    }
    if (id.empty()) refuse_row(number_, id, "sys_id is missing");
    if (row.values[TimeField::updated_at] == k_no_time) {
      refuse_row(number_, id, "sys_updated_on is missing");
    }
  }

  void check_bounds(WorkItemValues& values) {
    if (!unasked_.empty()) return;
    const std::string_view id = values[TextField::id];
    const TimeValue time = values[TimeField::updated_at];
    const std::string_view broken = broken_rule(id, time);
    if (broken.empty()) return;
    unasked_ = fmt::format("row {} of the page (sys_id \"{}\", sys_updated_on {}) {}", number_,
                           excerpt(id, 64), format_time(time), broken);
  }

  [[nodiscard]] std::string_view broken_rule(std::string_view id, TimeValue time) const {
    const RowBounds& bounds = rules_.bounds;
    if (time < bounds.from || time >= bounds.until) return "lies outside the window asked for";
    const bool above =
        (bounds.above_id.empty() || may_precede(bounds.above_id, id)) &&
        (bounds.from_id.empty() || id == bounds.from_id || may_precede(bounds.from_id, id));
    const bool below = bounds.below_id.empty() || may_precede(id, bounds.below_id);
    if (!above || !below) return "lies outside the range of ids asked for";
    if (number_ == 1) return {};
    if (bounds.sorted == RowBounds::Sorted::by_time_then_id) {
      if (time > last_time_) return {};
      if (time < last_time_) return "is older than the row before it: the order was ignored";
    }
    return may_precede(last_id_, id) ? "" : "does not follow the row before it by sys_id";
  }

  const PageRules& rules_;
  PageMemory& scratch_;
  WorkItemBatch& out_;
  std::size_t number_ = 0;
  std::string last_id_;
  TimeValue last_time_ = k_no_time;
  std::string unasked_;
};

/// The outer object, key by key.
struct Envelope {
  bool has_result = false, has_error = false;
  std::string words;
};

Envelope read_envelope(od::document& document, RowReader& rows) {
  Envelope envelope;
  od::object object = document.get_object().value();  // named: the loop must not outlive it
  for (auto entry : object) {
    od::field field = std::move(entry).take_value();
    const std::string_view key = field.unescaped_key().value();
    if (key == "result") {
      if (envelope.has_result) throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
      envelope.has_result = true;
      rows.read_all(field.value().get_array().value());
    } else if (key == "error") {
      envelope.has_error = true;
      envelope.words = error_words(field.value());
    } else if (key == "status") {
      od::value status = field.value();
      if (status.type().value() != od::json_type::string) continue;
      envelope.has_error = envelope.has_error || status.get_string().value() == "failure";
    }
  }
  return envelope;
}

PageFacts not_complete(PageFacts::Outcome outcome, std::string words, WorkItemBatch& out) {
  out.clear();
  PageFacts facts;
  facts.outcome = outcome;
  facts.words = std::move(words);
  return facts;
}

/// What an unreadable page is: cut off by the instance, or not this API's.
PageFacts judge_unreadable(std::string_view text, std::string_view reason, WorkItemBatch& out) {
  if (says_cancelled(text)) {
    return not_complete(PageFacts::Outcome::cancelled,
                        "Transaction cancelled: maximum execution time exceeded", out);
  }
  const bool begins_well = text.substr(0, 1) == "{";
  if (begins_well && is_cut_off(text)) {
    return not_complete(PageFacts::Outcome::cancelled,
                        fmt::format("the page ends in its middle, after {} bytes", text.size()),
                        out);
  }
  throw Error(ErrorKind::protocol, fmt::format("a page is not the Table API's JSON ({}): {}",
                                               reason, excerpt(text, 200)));
}

}  // namespace

// {"result":[{"sys_id":"1c74..","number":"INC0000060","state":"7","assigned_to.name":"David Loo",
//   "sys_updated_on":"2016-12-14 02:46:44",..},..]}
// (fixtures incident_list_fields_value_mode.json, change_request_list_all_mode_no_links.json).
//
// On Demand checks what it skips for structure only. That is enough to prove a page complete: every
// row is walked to its closing brace, the array to its bracket, the outer object to its brace, and
// nothing may stand behind that; only then do the rows count. Values that are used are checked.
PageFacts decode_page(const PageBody& body, const PageRules& rules, PageScratch& scratch,
                      WorkItemBatch& out) {
  PageMemory& impl = scratch.memory();
  out.clear();
  const std::string_view text = impl.start_page(body.text, body.spare_bytes, rules.fields);
  out.reserve(text.size() / 512, text.size() * 3 / 4);
  RowReader rows(rules, impl, out);
  Envelope envelope;
  try {
    od::document document = impl.iterate(text);
    envelope = read_envelope(document, rows);
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return judge_unreadable(text, "something stands behind its end", out);
    }
  } catch (const simdjson::simdjson_error& error) {
    return judge_unreadable(text, error.what(), out);
  }
  if (envelope.has_error) {
    return not_complete(PageFacts::Outcome::cancelled, std::move(envelope.words), out);
  }
  if (!envelope.has_result) return judge_unreadable(text, "no result", out);
  if (!rows.unasked().empty()) {
    return not_complete(PageFacts::Outcome::unasked, rows.unasked(), out);
  }
  PageFacts facts;
  facts.rows = out.size();
  facts.last_id = rows.last_id();
  facts.last_time = rows.last_time();
  return facts;
}

}  // namespace itsmc::partners::servicenow

template class itsmc::partners::PageScratchOf<itsmc::partners::servicenow::PageMemory>;
