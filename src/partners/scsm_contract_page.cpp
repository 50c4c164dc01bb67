#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/json_row.hpp"
#include "partners/odata_page.hpp"
#include "partners/odata_words.hpp"
#include "partners/page_scratch.hpp"
#include "partners/scsm_contract.hpp"

// The pages of the contract; its routes and small answers are in scsm_contract.cpp.

namespace itsmc::partners::scsm {

struct PageMemory : RowScratch {};

namespace {

namespace od = simdjson::ondemand;

/// What a member of a work item is, and where it goes. `member`: its code to `place`, its label to
/// the place before it. `priority`: a member for changes, a number for incidents.
enum class Shape : std::uint8_t { text, time, member, kind, status, priority, flag, user, items };

struct SourceField {
  std::string_view name;
  Shape shape = Shape::text;
  std::uint8_t place = 0;  // of TextField or TimeField, by shape
};

constexpr SourceField text(std::string_view name, TextField place, Shape shape = Shape::text) {
  return {name, shape, static_cast<std::uint8_t>(index(place))};
}
constexpr SourceField time(std::string_view name, TimeField place) {
  return {name, Shape::time, static_cast<std::uint8_t>(index(place))};
}

// specs/scsm-itsmc-contract.openapi.json, WorkItem. An incident has a classification and a support
// group, a change a category and a risk. A change's category (Standard, Minor, Major, Emergency) is
// what others call its type, so it is both.
constexpr std::array k_fields = {
    text("baseId", TextField::id),
    text("id", TextField::number),
    text("title", TextField::title),
    text("description", TextField::description),
    time("lastModified", TimeField::updated_at),
    time("createdDate", TimeField::created_at),
    time("closedDate", TimeField::closed_at),
    time("resolvedDate", TimeField::resolved_at),
    text("status", TextField::state_code, Shape::status),
    text("urgency", TextField::urgency_code, Shape::member),
    text("impact", TextField::impact_code, Shape::member),
    text("priority", TextField::priority_code, Shape::priority),
    text("source", TextField::source_code, Shape::member),
    text("classification", TextField::category_code, Shape::member),
    text("category", TextField::category_code, Shape::kind),
    text("risk", TextField::risk_code, Shape::member),
    text("supportGroup", TextField::assignment_group, Shape::user),
    text("escalated", TextField::escalation_code, Shape::flag),
    text("createdBy", TextField::created_by, Shape::user),
    text("assignedTo", TextField::assigned_to, Shape::user),
    text("resolvedBy", TextField::resolved_by, Shape::user),
    text("closedBy", TextField::closed_by, Shape::user),
    text("configItems", TextField::configuration_item_id, Shape::items),
    time("scheduledStartDate", TimeField::planned_start),
    time("scheduledEndDate", TimeField::planned_end),
    time("actualStartDate", TimeField::work_start),
    time("actualEndDate", TimeField::work_end),
    time("requiredByDate", TimeField::requested_at),
};

struct FieldNames {
  [[nodiscard]] static int find(std::string_view name) noexcept {
    const auto found =
        std::find_if(k_fields.begin(), k_fields.end(),
                     [name](const SourceField& field) { return field.name == name; });
    return found == k_fields.end() ? KeyOrder::k_unknown
                                   : static_cast<int>(found - k_fields.begin());
  }
};
constexpr FieldNames k_names;

/// {"id":"5e2d..","name":"IncidentStatusEnum.Active","displayName":"Active","parent":".."}, or a
/// user {"userName":"svc","domain":"CONTOSO","displayName":"ITSMC service"}, or a CI
/// {"baseId":"2222..","displayName":"web01","principalName":"web01.contoso.local",
/// "objectStatus":{..}}: their texts by the first letters of their keys.
struct Parts {
  std::string_view id, name, shown, parent, user, object_status;  // a bare value: `name`
};

/// "YYYY-MM-DDThh:mm:ss.fffZ" at fixed places, as the contract writes it.
TimeValue fixed_time(std::string_view text) noexcept {
  constexpr std::string_view k_form = "0000-00-00T00:00:00.000Z";
  if (text.size() != k_form.size()) return k_no_time;
  for (std::size_t i = 0; i < k_form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (k_form[i] == '0' ? !digit : text[i] != k_form[i]) return k_no_time;
  }
  const auto number = [text](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const std::chrono::year_month_day day(std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2))));
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) return k_no_time;
  const std::int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + number(20, 3);
}

/// "Deleted", "PendingDelete", "ObjectStatus.PendingDelete", or their ids
/// (specs/scsm-builtin-ids.json): such CIs stay in the database and must not be shown.
bool is_deleted(std::string_view status) {
  constexpr std::array<std::string_view, 2> k_ids = {"47101e64-237f-12c8-e3f5-ec5a665412fb",
                                                     "eec83e3c-0106-d4c0-99ea-93b75fd23020"};
  const std::string_view last = status.substr(status.rfind('.') + 1);
  return iequals(last, "PendingDelete") || iequals(last, "Deleted") ||
         std::any_of(k_ids.begin(), k_ids.end(), [&](auto id) { return iequals(id, status); });
}

/// One row while its keys are read, and the first thing that is wrong with it.
struct Row {
  WorkItemValues values;
  const SourceField* bad_field = nullptr;
  std::string_view bad_value;
};

/// Reads the rows of one page. Lives during one decode_page.
class RowReader {
 public:
  RowReader(const StatusRule& statuses, RowScratch& scratch, WorkItemBatch& out)
      : statuses_(statuses), scratch_(scratch), out_(out) {}

  void read_all(od::array rows) {
    for (auto row : rows) read_row(row.get_object().value());
  }
  [[nodiscard]] const PageFacts& facts() const noexcept { return facts_; }

 private:
  void read_row(od::object object) {
    Row row;
    const SourceField* at = nullptr;
    scratch_.start_row();
    ++facts_.rows;
    try {
      for (auto entry : object) {
        od::field field = std::move(entry).take_value();
        const int found = scratch_.keys.field_of(field);
        if (found == KeyOrder::k_unknown) continue;
        at = &k_fields[static_cast<std::size_t>(found)];
        take(row, *at, field.value());
      }
    } catch (const simdjson::simdjson_error& error) {
      // A whole value of another type; anything else is a broken page.
      if (error.error() != simdjson::INCORRECT_TYPE || at == nullptr) throw;
      refuse(row, fmt::format("{} is of another type than the contract's", at->name));
    }
    check(row);
    note(row.values);
    out_.append(row.values);
  }

  void take(Row& row, const SourceField& field, od::value value) {
    auto& texts = row.values.text;
    switch (field.shape) {
      case Shape::text:
        texts[field.place] = read(value);
        return;
      case Shape::time:
        take_time(row, field, read(value));
        return;
      case Shape::priority:
      case Shape::member:
      case Shape::kind:
      case Shape::status:
        take_member(row, field, read_parts(value));
        return;
      case Shape::flag:
        take_flag(row, field, read(value));
        return;
      case Shape::user: {
        const Parts parts = read_parts(value);
        texts[field.place] = !parts.shown.empty()  ? parts.shown
                             : !parts.user.empty() ? parts.user
                                                   : parts.name;
        return;
      }
      case Shape::items:
        take_items(row, field, value);
        return;
    }
  }

  [[nodiscard]] std::string_view read(od::value value) {
    return read_text(scratch_.parser, scratch_.texts, value);
  }

  [[nodiscard]] Parts read_parts(od::value value) {
    Parts parts;
    if (value.type().value() != od::json_type::object) {
      parts.name = read(value);
      return parts;
    }
    od::object object = value.get_object().value();  // named: the loop must not outlive it
    for (auto entry : object) {
      od::field field = std::move(entry).take_value();
      const auto is = [&field](const char* key) { return field.key().unsafe_is_equal(key); };
      switch (field.key().raw()[0]) {
        case 'i':
          if (is("id")) parts.id = read(field.value());
          break;
        case 'n':
          if (is("name")) parts.name = read(field.value());
          break;
        case 'd':
          if (is("displayName")) parts.shown = read(field.value());
          break;
        case 'u':
          if (is("userName")) parts.user = read(field.value());
          break;
        case 'b':
          if (is("baseId")) parts.id = read(field.value());
          break;
        case 'p':
          if (is("parent")) parts.parent = read(field.value());
          if (is("principalName")) parts.name = read(field.value());
          break;
        case 'o':
          if (is("objectStatus")) parts.object_status = member_code(read_parts(field.value()));
          break;
        default:
          break;
      }
    }
    return parts;
  }

  /// The name says more than the id, which is all that an administrator's own member may have.
  [[nodiscard]] static std::string_view member_code(const Parts& parts) {
    return parts.name.empty() ? parts.id : parts.name;
  }

  void take_member(Row& row, const SourceField& field, const Parts& parts) {
    const std::string_view code = member_code(parts);
    if (code.empty() && parts.shown.empty()) return;  // null must not undo another key's value
    const std::string_view label = parts.shown.empty() ? code : parts.shown;
    row.values.text[field.place] = code;
    row.values.text[field.place - 1U] = label;
    if (field.shape == Shape::kind) {
      row.values[TextField::change_type_code] = code;
      row.values[TextField::change_type] = label;
    }
    if (field.shape == Shape::status) {
      row.values.open = !statuses_.is_over(parts.id, parts.name, parts.parent);
    }
  }

  static void take_time(Row& row, const SourceField& field, std::string_view value) {
    if (value.empty()) return;
    TimeValue time = fixed_time(value);
    if (time == k_no_time) time = odata::parse_time(value);
    if (time == k_no_time && row.bad_field == nullptr) {
      row.bad_field = &field;
      row.bad_value = value;
    }
    row.values.time[field.place] = time;
  }

  static void take_flag(Row& row, const SourceField& field, std::string_view value) {
    if (value.empty()) return;
    row.values.text[field.place] = value;
    row.values.text[field.place - 1U] = value == "true" ? "Escalated" : "Not escalated";
  }

  /// A work item may affect several CIs: the first that is not deleted stands for them.
  void take_items(Row& row, const SourceField& field, od::value value) {
    if (value.type().value() == od::json_type::null) {
      static_cast<void>(read(value));
      return;
    }
    bool taken = false;
    od::array items = value.get_array().value();  // named: the loop must not outlive it
    for (auto item : items) {
      const Parts parts = read_parts(item.value());
      const std::string_view name = parts.shown.empty() ? parts.name : parts.shown;
      if (taken || is_deleted(parts.object_status) || (name.empty() && parts.id.empty())) continue;
      taken = true;
      row.values.text[field.place] = parts.id;
      row.values.text[field.place - 1U] = name;
    }
  }

  void check(Row& row) const {
    if (row.bad_field != nullptr) {
      refuse(row, fmt::format("{} \"{}\" is not a UTC time as \"2018-06-01T08:15:30.123Z\"",
                              row.bad_field->name, excerpt(row.bad_value, 64)));
    }
    if (row.values[TextField::id].empty()) refuse(row, "baseId is missing");
    if (row.values[TimeField::updated_at] == k_no_time) refuse(row, "lastModified is missing");
  }

  [[noreturn]] void refuse(Row& row, std::string_view what) const {
    throw Error(ErrorKind::protocol,
                fmt::format("row {} of the page (\"{}\", baseId \"{}\"): {}", facts_.rows,
                            excerpt(row.values[TextField::number], 64),
                            excerpt(row.values[TextField::id], 64), what),
                "mend that work item in Service Manager, or the web app that gives it, then run "
                "the sync again");
  }

  void note(WorkItemValues& values) {
    const TimeValue time = values[TimeField::updated_at];
    if (facts_.rows == 1) facts_.first_time = time;
    if (facts_.rows > 1 && time < facts_.last_time && facts_.disorder.empty()) {
      facts_.disorder = fmt::format(
          "row {} of the page (\"{}\", {}) is older than the row before it", facts_.rows,
          excerpt(values[TextField::number], 64), odata::time_literal(time));
    }
    facts_.last_time = time;
    facts_.last_id = values[TextField::id];
  }

  const StatusRule& statuses_;
  RowScratch& scratch_;
  WorkItemBatch& out_;
  PageFacts facts_;
};

PageFacts spoiled(std::string words, WorkItemBatch& out) {
  out.clear();
  PageFacts facts;
  facts.spoiled = std::move(words);
  return facts;
}

/// What an unreadable page is: cut off on its way, or not this contract's.
PageFacts judge_unreadable(std::string_view text, std::string_view reason, WorkItemBatch& out) {
  if (text.starts_with('{') && is_cut_off(text)) {
    return spoiled(fmt::format("a page ends in its middle, after {} bytes", text.size()), out);
  }
  out.clear();
  throw Error(ErrorKind::protocol, fmt::format("a page is not the JSON of {} ({}): {}", k_contract,
                                               reason, excerpt(text, 200)));
}

}  // namespace

// {"value":[{"baseId":"1111..","id":"IR1001","lastModified":"2018-06-01T08:15:30.123Z","status":
//   {"id":"5e2d..","name":"IncidentStatusEnum.Active","displayName":"Active"},"priority":2,..},..],
//  "@odata.nextLink":"https://smoc123.azurewebsites.net/api/itsmc/v1/incidents?$skiptoken=.."}
// (fixture our-contract.incidents-page.response.json). As ServiceNow's pages, it counts only when
// every bracket was walked to its end and nothing stands behind.
PageFacts decode_page(const PageBody& body, const StatusRule& statuses, PageScratch& shared,
                      WorkItemBatch& out) {
  RowScratch& scratch = shared.memory();
  out.clear();
  const std::string_view text = scratch.start_page(body.text, body.spare_bytes, k_names);
  out.reserve(text.size() / 1024, text.size() / 2);
  RowReader rows(statuses, scratch, out);
  odata::Envelope envelope;
  try {
    od::document document = scratch.iterate(text);
    envelope = odata::read_envelope(document, rows);
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return judge_unreadable(text, "something stands behind its end", out);
    }
  } catch (const simdjson::simdjson_error& error) {
    return judge_unreadable(text, error.what(), out);
  } catch (const Error&) {
    out.clear();
    throw;
  }
  if (envelope.has_error) {
    return spoiled(
        "an error came in the place of a page: " + excerpt(parse_error_body(text).text(), 300),
        out);
  }
  if (!envelope.has_rows) return judge_unreadable(text, "no value", out);
  PageFacts facts = rows.facts();
  facts.next_link = std::move(envelope.next_link);
  return facts;
}

}  // namespace itsmc::partners::scsm

template class itsmc::partners::PageScratchOf<itsmc::partners::scsm::PageMemory>;
