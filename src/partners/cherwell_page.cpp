#include "itsmc/partners/cherwell_page.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/cherwell_words.hpp"
#include "partners/json_row.hpp"
#include "partners/page_scratch.hpp"

namespace itsmc::partners::cherwell {

namespace od = simdjson::ondemand;

namespace {

constexpr TimeValue k_minute = 60'000;

/// The members of a business object and of a field, for KeyOrder.
struct RowKeys {
  enum : int { record_id, public_id, fields, has_error, error_code, error_message };
  [[nodiscard]] static int find(std::string_view name) noexcept {
    if (name == "busObRecId") return record_id;
    if (name == "busObPublicId") return public_id;
    if (name == "fields") return fields;
    if (name == "hasError") return has_error;
    if (name == "errorCode") return error_code;
    return name == "errorMessage" ? error_message : KeyOrder::k_unknown;
  }
};
struct FieldKeys {
  enum : int { field_id, value };
  [[nodiscard]] static int find(std::string_view name) noexcept {
    if (name == "fieldId") return field_id;
    return name == "value" ? value : KeyOrder::k_unknown;
  }
};
constexpr RowKeys k_row_keys;
constexpr FieldKeys k_field_keys;

bool is_same_field(std::string_view id, std::string_view bare) noexcept {
  if (id.size() < bare.size() || !id.ends_with(bare)) return false;
  return id.size() == bare.size() || id[id.size() - bare.size() - 1] == ':';
}

/// Which planned field stands at each place of a row: the rows of a page list their fields in the
/// same order, so one compare finds it.
class FieldOrder {
 public:
  void start_page(const Blueprint& blueprint) {
    bare_.clear();
    for (const PlannedField& field : blueprint.fields) bare_.push_back(to_lower(field.bare_id()));
    places_.clear();
  }
  void start_row() noexcept { next_ = 0; }
  /// The place in Blueprint::fields; KeyOrder::k_unknown for a field that nobody asked for.
  [[nodiscard]] int place_of(std::string_view id) {
    const std::size_t here = next_++;
    if (here < places_.size()) {
      const int guess = places_[here];
      const bool known = guess != KeyOrder::k_unknown;
      if (known && is_same_field(id, bare_[static_cast<std::size_t>(guess)])) return guess;
    }
    return learn(here, id);
  }

 private:
  [[nodiscard]] int learn(std::size_t here, std::string_view id) {
    const std::string lowered = to_lower(bare_field_id(id));
    const auto found = std::find(bare_.begin(), bare_.end(), lowered);
    const int place =
        found == bare_.end() ? KeyOrder::k_unknown : static_cast<int>(found - bare_.begin());
    if (here >= places_.size()) places_.resize(here + 1, KeyOrder::k_unknown);
    places_[here] = place;
    return place;
  }
  std::vector<std::string> bare_;
  std::vector<int> places_;
  std::size_t next_ = 0;
};

}  // namespace

struct PageMemory {
  RowScratch rows;
  KeyOrder item_keys;
  FieldOrder fields;
};

namespace {

/// One row while its members are read, and the first thing that is wrong with it.
struct Row {
  WorkItemValues values;
  const PlannedField* bad_field = nullptr;
  std::string_view bad_value;
  bool has_error = false;
  InBandError error;
};

void take_time(Row& row, const PlannedField& field, std::string_view text, TimeValue offset) {
  const LocalTime read = parse_local_time(text);
  TimeValue& place = row.values.time[field.source->place];
  if (read.kind == LocalTime::Kind::time) {
    place = read.ms - offset;
  } else if (read.kind == LocalTime::Kind::unreadable && row.bad_field == nullptr) {
    row.bad_field = &field;
    row.bad_value = text;
  }
}

void take(Row& row, const PlannedField& field, std::string_view text, TimeValue offset) {
  auto& texts = row.values.text;
  const std::uint8_t place = field.source->place;
  switch (field.source->shape) {
    case Shape::text:
      texts[place] = text;
      return;
    case Shape::word:
      texts[place] = texts[place - 1U] = text;
      return;
    case Shape::truth:
      // Not escalated is "False" in one answer and "" in another (cherwell reference 8).
      if (iequals(text, "true")) texts[place] = texts[place - 1U] = "True";
      return;
    case Shape::time:
      take_time(row, field, text, offset);
      return;
    case Shape::key:
      return;
  }
}

/// Often only the description is set (cherwell reference 9): its first line that says something.
std::string_view first_line(std::string_view text) {
  const std::string_view start = trim(text);
  return trim(start.substr(0, start.find_first_of("\r\n")));
}

[[noreturn]] void refuse_row(std::size_t number, std::string_view id, std::string_view what) {
  throw Error(ErrorKind::protocol,
              fmt::format("row {} of the page (RecID \"{}\"): {}", number, excerpt(id, 64), what),
              "mend that record in Cherwell, then run the sync again");
}

/// Reads the rows of one page. Lives during one decode_page.
class RowReader {
 public:
  RowReader(const PageRules& rules, PageMemory& scratch, WorkItemBatch& out)
      : rules_(rules), scratch_(scratch), out_(out), offset_(rules.utc_offset.count() * k_minute) {}

  void read_all(od::array rows) {
    for (auto row : rows) read_row(row.get_object().value());
  }

 private:
  void read_row(od::object object) {
    Row row;
    scratch_.rows.start_row();
    scratch_.fields.start_row();
    ++number_;
    for (auto entry : object) {
      od::field member = std::move(entry).take_value();
      read_member(row, scratch_.rows.keys.field_of(member), member.value());
    }
    finish(row);
    out_.append(row.values);
  }

  void read_member(Row& row, int member, od::value value) {
    RowScratch& rows = scratch_.rows;
    if (member == RowKeys::fields) {
      if (value.is_null().value()) return;
      od::array fields = value.get_array().value();  // named: the loop must not outlive it
      for (auto field : fields) read_field(row, field.get_object().value());
    } else if (member == RowKeys::record_id) {
      row.values[TextField::id] = read_text(rows.parser, rows.texts, value);
    } else if (member == RowKeys::public_id) {
      row.values[TextField::number] = read_text(rows.parser, rows.texts, value);
    } else if (member == RowKeys::has_error) {
      row.has_error = read_text(rows.parser, rows.texts, value) == "true";
    } else if (member == RowKeys::error_code) {
      row.error.code = read_text(rows.parser, rows.texts, value);
    } else if (member == RowKeys::error_message) {
      row.error.message = read_text(rows.parser, rows.texts, value);
    }
  }

  void read_field(Row& row, od::object object) {
    RowScratch& rows = scratch_.rows;
    scratch_.item_keys.start_row();
    std::string_view id, text;
    for (auto entry : object) {
      od::field member = std::move(entry).take_value();
      const int key = scratch_.item_keys.field_of(member);
      if (key == FieldKeys::field_id) {
        id = read_text(rows.parser, rows.texts, member.value());
      } else if (key == FieldKeys::value) {
        text = read_text(rows.parser, rows.texts, member.value());
      }
    }
    const int place = scratch_.fields.place_of(id);
    if (place == KeyOrder::k_unknown || text.empty()) return;
    take(row, rules_.blueprint.fields[static_cast<std::size_t>(place)], text, offset_);
  }

  void finish(Row& row) const {
    WorkItemValues& values = row.values;
    const std::string_view id = values[TextField::id];
    if (row.has_error) {
      refuse_row(number_, id, "Cherwell says: " + row.error.code + " " + row.error.message);
    }
    if (row.bad_field != nullptr) {
      refuse_row(number_, id,
                 fmt::format("{} \"{}\" is not a date as \"4/28/2019 1:55:55 PM\"",
                             row.bad_field->name, excerpt(row.bad_value, 64)));
    }
    if (id.empty()) refuse_row(number_, id, "busObRecId is missing");
    if (values[TimeField::updated_at] == k_no_time) {
      refuse_row(number_, id, "LastModifiedDateTime is missing");
    }
    if (values[TextField::title].empty()) {
      values[TextField::title] = first_line(values[TextField::description]);
    }
    const std::string_view state = values[TextField::state_code];
    values.open =
        state.empty() ? values[TimeField::closed_at] == k_no_time : !is_closed_state(state);
  }

  const PageRules& rules_;
  PageMemory& scratch_;
  WorkItemBatch& out_;
  TimeValue offset_;
  std::size_t number_ = 0;
};

/// The outer object, member by member.
struct Envelope {
  bool has_rows = false, has_error = false;
  InBandError error;
  std::optional<std::int64_t> total;
};

std::string text_or_nothing(od::value value) {
  if (value.type().value() != od::json_type::string) return {};
  return std::string(value.get_string().value());
}

Envelope read_envelope(od::document& document, RowReader& rows) {
  Envelope envelope;
  od::object object = document.get_object().value();  // named: the loop must not outlive it
  for (auto entry : object) {
    od::field member = std::move(entry).take_value();
    const std::string_view key = member.unescaped_key().value();
    od::value value = member.value();
    if (key == "businessObjects") {
      if (envelope.has_rows) throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
      envelope.has_rows = true;
      if (!value.is_null().value()) rows.read_all(value.get_array().value());
    } else if (key == "totalRows") {
      if (value.is_null().value()) continue;
      envelope.total = value.get_int64().value();
    } else if (key == "hasError") {
      if (value.type().value() != od::json_type::boolean) continue;
      envelope.has_error = value.get_bool().value();
    } else if (key == "errorCode") {
      envelope.error.code = text_or_nothing(value);
    } else if (key == "errorMessage") {
      envelope.error.message = text_or_nothing(value);
    }
  }
  return envelope;
}

PageFacts judge_unreadable(std::string_view text, std::string_view reason, WorkItemBatch& out) {
  out.clear();
  if (text.starts_with('{') && is_cut_off(text)) return {.whole = false, .total = {}};
  throw Error(ErrorKind::protocol,
              fmt::format("a page is not a search's answer ({}): {}", reason, excerpt(text, 200)));
}

}  // namespace

// {"businessObjects":[{"busObId":"6dd5..","busObPublicId":"102328","busObRecId":"9430..",
//   "fields":[{"dirty":false,"displayName":"Status","fieldId":"BO:6dd5..,FI:5eb3..",
//   "fullFieldId":"..","html":null,"name":"Status","value":"New"},..],"hasError":false,..},..],
//  "totalRows":171,"hasError":false,..} (fixture getsearchresults.swagger-sample.response.json,
// values from getbusinessobject.incident-102328.response.json; cherwell reference 6).
//
// A page counts when every row was walked to its closing brace and nothing stands behind the outer
// object: only that proves it complete.
PageFacts decode_page(const PageBody& body, const PageRules& rules, PageScratch& scratch,
                      WorkItemBatch& out) {
  PageMemory& impl = scratch.memory();
  out.clear();
  const std::string_view text = impl.rows.start_page(body.text, body.spare_bytes, k_row_keys);
  impl.item_keys.start_page(k_field_keys);
  impl.fields.start_page(rules.blueprint);
  out.reserve(text.size() / 2048, text.size() / 4);
  RowReader rows(rules, impl, out);
  Envelope envelope;
  try {
    od::document document = impl.rows.iterate(text);
    envelope = read_envelope(document, rows);
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return judge_unreadable(text, "something stands behind its end", out);
    }
  } catch (const simdjson::simdjson_error& error) {
    return judge_unreadable(text, error.what(), out);
  } catch (const Error&) {
    out.clear();  // a row that cannot be mapped: those before it do not count either
    throw;
  }
  if (envelope.has_error || !envelope.error.code.empty()) {
    out.clear();
    throw to_error(envelope.error, 200);
  }
  if (!envelope.has_rows) return judge_unreadable(text, "no businessObjects", out);
  return {.whole = true, .rows = out.size(), .total = envelope.total};
}

}  // namespace itsmc::partners::cherwell

template class itsmc::partners::PageScratchOf<itsmc::partners::cherwell::PageMemory>;
