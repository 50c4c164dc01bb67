#include "partners/provance_page.hpp"

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/core/time.hpp"
#include "partners/json_row.hpp"
#include "partners/odata_page.hpp"
#include "partners/odata_words.hpp"
#include "partners/page_scratch.hpp"

namespace itsmc::partners::provance {

namespace od = simdjson::ondemand;

struct PageMemory : RowScratch {};

namespace {

/// "72201545" of W/"72201545": every row has it (provance reference 4).
std::string_view version_of(std::string_view etag) noexcept {
  const std::size_t begin = etag.find('"');
  const std::size_t end = etag.rfind('"');
  return begin < end ? etag.substr(begin + 1, end - begin - 1) : std::string_view();
}

/// One row while its keys are read, and the first thing that is wrong with it.
struct Row {
  WorkItemValues values;
  bool has_flag = false;
  int bad_key = KeyOrder::k_unknown;
  std::string_view bad_value;
};

/// Reads the rows of one page. Lives during one decode_page.
class RowReader {
 public:
  RowReader(const RowMap& map, const RowBounds& bounds, RowScratch& scratch, WorkItemBatch& out)
      : map_(map), bounds_(bounds), scratch_(scratch), out_(out), last_time_(bounds.sorted_from) {}

  void read_all(od::array rows) {
    for (auto row : rows) read_row(row.get_object().value());
  }
  [[nodiscard]] std::size_t rows() const noexcept { return number_; }
  [[nodiscard]] TimeValue last_time() const noexcept { return last_time_; }
  [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }

 private:
  void read_row(od::object object) {
    Row row;
    scratch_.start_row();
    ++number_;
    for (auto entry : object) {
      od::field field = std::move(entry).take_value();
      const int key = scratch_.keys.field_of(field);
      if (key == KeyOrder::k_unknown) continue;
      od::value value = field.value();
      std::string_view text;
      if (read(value, text)) {
        for (const Target target : map_.targets(key)) take(row, key, target, text);
      } else if (row.bad_key == KeyOrder::k_unknown) {
        row.bad_key = key;
        row.bad_value = "an object or a list";
      }
    }
    finish(row);
  }

  /// False for what is no single value; it is skipped then.
  bool read(od::value& value, std::string_view& text) {
    od::raw_json_string raw;
    if (value.get_raw_json_string().get(raw) == simdjson::SUCCESS) {
      text = scratch_.texts.unescape(scratch_.parser, raw);
      return true;
    }
    const od::json_type type = value.type().value();
    if (type == od::json_type::object || type == od::json_type::array) return false;
    text = read_scalar(scratch_.parser, scratch_.texts, value);
    return true;
  }

  void take(Row& row, int key, Target target, std::string_view text) const {
    auto& texts = row.values.text;
    switch (target.take) {
      case Target::Take::text:
      case Target::Take::label:
        texts[target.place] = text;
        return;
      case Target::Take::code:
      case Target::Take::reference:
        texts[target.place] = text;
        if (texts[target.place - 1U].empty()) texts[target.place - 1U] = text;
        return;
      case Target::Take::shown:
        if (texts[target.place].empty()) texts[target.place] = text;
        return;
      case Target::Take::time:
        take_time(row, key, target.place, text);
        return;
      case Target::Take::open:
        row.has_flag = true;
        row.values.open = map_.is_open(text);
        return;
      case Target::Take::version:
        texts[target.place] = version_of(text);
        return;
    }
  }

  static void take_time(Row& row, int key, std::uint8_t place, std::string_view text) {
    if (text.empty()) return;
    const TimeValue time = odata::parse_time(text);
    if (time == k_no_time && row.bad_key == KeyOrder::k_unknown) {
      row.bad_key = key;
      row.bad_value = text;
    }
    row.values.time[place] = time;
  }

  void finish(Row& row) {
    check(row);
    const TimeValue time = row.values[TimeField::updated_at];
    // A page may repeat rows when the table changes under it (provance reference 4).
    if (time < last_time_ && repeats(row)) return;
    check_order(row);
    last_time_ = time;
    last_id_ = row.values[TextField::id];
    if (time < bounds_.from || time >= bounds_.until) return;
    if (!row.has_flag) row.values.open = row.values[TimeField::closed_at] == k_no_time;
    map_.relabel(row.values);
    out_.append(row.values);
  }

  void check(const Row& row) const {
    const std::string_view id = row.values.text[index(TextField::id)];
    const TimeValue time = row.values.time[index(TimeField::updated_at)];
    const std::string_view updated = map_.table().column_of("updated_at");
    if (row.bad_key != KeyOrder::k_unknown) {
      refuse(id, fmt::format("{} holds what cannot be read: {}", map_.name(row.bad_key),
                             excerpt(row.bad_value, 64)));
    }
    if (id.empty()) refuse(id, fmt::format("{} is missing", map_.table().key));
    if (time == k_no_time) refuse(id, fmt::format("{} is missing", updated));
  }

  [[nodiscard]] bool repeats(const Row& row) const {
    const std::string_view id = row.values.text[index(TextField::id)];
    for (std::size_t i = 0; i < out_.size(); ++i) {
      if (out_[i].text(TextField::id) == id) return true;
    }
    return false;
  }

  void check_order(const Row& row) const {
    if (row.values.time[index(TimeField::updated_at)] >= last_time_) return;
    refuse(row.values.text[index(TextField::id)],
           fmt::format("its {} is older than the row before it: the order was ignored",
                       map_.table().column_of("updated_at")));
  }

  [[noreturn]] void refuse(std::string_view id, std::string_view what) const {
    throw Error(ErrorKind::protocol,
                fmt::format("row {} of the page ({} \"{}\"): {}", number_, map_.table().key,
                            excerpt(id, 64), what),
                "compare the profile with the table: itsmc connection test");
  }

  const RowMap& map_;
  const RowBounds& bounds_;
  RowScratch& scratch_;
  WorkItemBatch& out_;
  std::size_t number_ = 0;
  TimeValue last_time_;
  std::string last_id_;
};

PageFacts judge_unreadable(std::string_view text, std::string_view reason, WorkItemBatch& out) {
  out.clear();
  if (text.starts_with('{') && is_cut_off(text)) {
    PageFacts facts;
    facts.cut_off = true;
    return facts;
  }
  throw Error(ErrorKind::protocol,
              fmt::format("a page is not OData's JSON ({}): {}", reason, excerpt(text, 200)));
}

}  // namespace

// {"@odata.context":"..","value":[{"@odata.etag":"W/\"72201545\"","incidentid":"49b0..",
//   "statuscode@OData.Community.Display.V1.FormattedValue":"In Progress","statuscode":1,
//   "modifiedon":"2016-09-28T22:57:53Z",..},..],"@odata.nextLink":"https://.."}
// (fixture dataverse/page1.response.json; provance reference 4).
//
// A page is complete when every row was walked to its closing brace, the outer object to its own,
// and nothing stands behind it.
PageFacts decode_page(const PageText& page, const RowMap& map, const RowBounds& bounds,
                      PageScratch& shared, WorkItemBatch& out) {
  RowScratch& scratch = shared.memory();
  out.clear();
  const std::string_view text = scratch.start_page(page.text, page.spare, map);
  out.reserve(text.size() / 1024, text.size() / 2);
  RowReader rows(map, bounds, scratch, out);
  odata::Envelope envelope;
  try {
    od::document document = scratch.iterate(text);
    envelope = odata::read_envelope(document, rows);
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return judge_unreadable(text, "something stands behind its end", out);
    }
  } catch (const simdjson::simdjson_error& error) {
    return judge_unreadable(text, error.what(), out);
  }
  if (envelope.has_error) {
    throw Error(ErrorKind::unavailable, fmt::format("the page ends with an error: {}",
                                                    excerpt(odata::parse_error(text).text(), 300)));
  }
  if (!envelope.has_rows) return judge_unreadable(text, "no value", out);
  PageFacts facts;
  facts.next_link = std::move(envelope.next_link);
  facts.rows = rows.rows();
  if (facts.rows > 0) {
    facts.last_time = rows.last_time();
    facts.last_id = rows.last_id();
  }
  return facts;
}

}  // namespace itsmc::partners::provance

template class itsmc::partners::PageScratchOf<itsmc::partners::provance::PageMemory>;
