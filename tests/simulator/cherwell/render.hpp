// How records become JSON: field items, dates and empties of the two ways to read them.
#pragma once
#include <string>
#include <vector>

#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

// The same value is written differently by getbusinessobject and by getsearchresults (cherwell
// reference 8).
enum class Reading { single, search };

// The value as it goes out: "4/28/2019 1:57 PM", "0.00", "False", ...
std::string value_text(const Call& call, TypeNumber type, const Record& record, FieldNumber field,
                       Reading reading);

// A renderer IS one request's way of writing records of one type. The call must outlive it.
class Renderer {
 public:
  Renderer(const Call& call, TypeNumber type, const std::vector<FieldNumber>& fields,
           Reading reading);
  // {"busObId":..,"fields":[{"dirty":false,..}],..}
  void append(const Record& record, std::string& out) const;
  // The same with hasError true and no fields: a row that the product could not read.
  void append_error(const Record& record, std::string& out) const;
  // Writes that text for a field instead of its value.
  void replace_value(FieldNumber field, const std::string& text);

 private:
  struct Item {
    FieldNumber field;
    std::string before;  // everything up to the value
    std::string instead;
  };
  void append_ids(const Record& record, std::string& out) const;

  const Call& call_;
  TypeNumber type_;
  Reading reading_;
  std::vector<Item> items_;
  std::string tail_;
  std::string link_;
};

// One template or read item of a field, with that value.
std::string field_item(const Call& call, TypeNumber type, FieldNumber field,
                       const std::string& value);
// The field's id in the spelling of this kind of answer.
std::string field_id_text(const Call& call, TypeNumber type, FieldNumber field, Reading reading);
std::string full_field_id(const Call& call, TypeNumber type, FieldNumber field);
void append_quoted(std::string_view text, std::string& out);

}  // namespace itsmc::sim::cherwell
