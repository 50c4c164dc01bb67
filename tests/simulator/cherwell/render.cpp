#include "cherwell/render.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "cherwell/answers.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::cherwell {
namespace {

// Which of its spellings an empty value takes in this row: the same at every reading.
bool second_spelling(const Record& record, FieldNumber field) {
  return hash_text(record.rec_id, field) % 2 == 1;
}

std::string empty_date(const Call& call, const Record& record, FieldNumber field, Reading reading) {
  const EmptyDate spelling = call.dialect.empty_date;
  const bool blank = spelling == EmptyDate::blank ||
                     (spelling == EmptyDate::mixed &&
                      (reading == Reading::single || !second_spelling(record, field)));
  if (blank) return {};
  const std::int64_t year = spelling == EmptyDate::y0001 ? 1 : 1900;
  std::string out;
  append_date(days_of(year, 1, 1) * 86400, call.dialect.culture,
              reading == Reading::single ? Detail::minutes : Detail::seconds, out);
  return out;
}

std::string date_text(const Call& call, std::int64_t utc, Reading reading) {
  std::string out;
  append_date(call.dialect.zone.to_local(utc), call.dialect.culture,
              reading == Reading::single ? Detail::minutes : Detail::seconds, out);
  return out;
}

std::string number_text(const Call& call, std::string_view stored, Reading reading) {
  std::string text(stored.empty() ? "0" : stored);
  if (reading == Reading::search) {
    text = fmt::format("{:.2f}", std::strtod(text.c_str(), nullptr));
  }
  return localized_number(std::move(text), call.dialect.culture);
}

std::string logical_text(const Record& record, FieldNumber field, std::string_view stored,
                         Reading reading) {
  if (stored == "True") return "True";
  const bool blank = reading == Reading::search && second_spelling(record, field);
  return blank ? "" : "False";
}

}  // namespace

void append_quoted(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      out += quote_json(text);
      return;
    }
  }
  out += '"';
  out += text;
  out += '"';
}

std::string value_text(const Call& call, TypeNumber type, const Record& record, FieldNumber field,
                       Reading reading) {
  const ObjectType& object = call.view.type(type);
  switch (object.fields[field].type) {
    case FieldType::date_time: {
      const auto moment = moment_of(object, record, field);
      return moment ? date_text(call, *moment, reading) : empty_date(call, record, field, reading);
    }
    case FieldType::number:
      return number_text(call, record.text(field), reading);
    case FieldType::logical:
      return logical_text(record, field, record.text(field), reading);
    case FieldType::binary:
      return reading == Reading::single ? "" : "Byte[] Array";
    case FieldType::text:
      break;
  }
  return std::string(text_of(object, record, field));
}

std::string full_field_id(const Call& call, TypeNumber type, FieldNumber field) {
  const ObjectType& object = call.view.type(type);
  return "BO:" + object.id + ",FI:" + object.fields[field].id;
}

std::string field_id_text(const Call& call, TypeNumber type, FieldNumber field, Reading reading) {
  const std::string& id = call.view.type(type).fields[field].id;
  switch (call.dialect.field_ids) {
    case FieldIds::bare:
      return id;
    case FieldIds::prefixed:
      return "FI:" + id;
    case FieldIds::full:
      return full_field_id(call, type, field);
    case FieldIds::as_recorded:
      break;
  }
  // Recorded: the full form in single reads.
  return reading == Reading::single ? full_field_id(call, type, field) : id;
}

Renderer::Renderer(const Call& call, TypeNumber type, const std::vector<FieldNumber>& fields,
                   Reading reading)
    : call_(call), type_(type), reading_(reading) {
  const ObjectType& object = call.view.type(type);
  for (const auto field : fields) {
    items_.push_back(
        {field,
         fmt::format(R"({{"dirty":false,"displayName":{},"fieldId":"{}","fullFieldId":"{}",)"
                     R"("html":null,"name":{},"value":)",
                     quote_json(object.fields[field].display),
                     field_id_text(call, type, field, reading), full_field_id(call, type, field),
                     quote_json(call.view.field_name(type, field))),
         ""});
  }
  link_ = fmt::format(R"({{"name":"Get Record","url":"{}/CherwellAPI/api/V1/getbusinessobject/)"
                      R"(busobid/{}/busobrecid/)",
                      call.request.origin(), object.id);
  tail_ = no_error(call.dialect) + "}";
}

void Renderer::append_ids(const Record& record, std::string& out) const {
  out += R"({"busObId":")";
  out += call_.view.type(type_).id;
  out += R"(","busObPublicId":)";
  append_quoted(record.public_id, out);
  out += R"(,"busObRecId":)";
  append_quoted(record.rec_id, out);
}

void Renderer::append(const Record& record, std::string& out) const {
  append_ids(record, out);
  out += R"(,"fields":[)";
  bool first = true;
  for (const auto& item : items_) {
    if (!first) out += ',';
    first = false;
    out += item.before;
    append_quoted(item.instead.empty() ? value_text(call_, type_, record, item.field, reading_)
                                       : item.instead,
                  out);
    out += '}';
  }
  out += R"(],"links":[)";
  out += link_;
  out += record.rec_id;
  out += R"("}],)";
  out += tail_;
}

void Renderer::append_error(const Record& record, std::string& out) const {
  append_ids(record, out);
  out += R"(,"fields":[],"links":[],"errorCode":"GENERALFAILURE",)"
         R"("errorMessage":"The record could not be read","hasError":true})";
}

void Renderer::replace_value(FieldNumber field, const std::string& text) {
  for (auto& item : items_)
    if (item.field == field) item.instead = text;
}

std::string field_item(const Call& call, TypeNumber type, FieldNumber field,
                       const std::string& value) {
  const ObjectType& object = call.view.type(type);
  return fmt::format(R"({{"dirty":false,"displayName":{},"fieldId":"{}","fullFieldId":"{}",)"
                     R"("html":null,"name":{},"value":{}}})",
                     quote_json(object.fields[field].display),
                     field_id_text(call, type, field, Reading::single),
                     full_field_id(call, type, field),
                     quote_json(call.view.field_name(type, field)), quote_json(value));
}

}  // namespace itsmc::sim::cherwell
