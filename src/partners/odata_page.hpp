#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <simdjson.h>

namespace itsmc::partners::odata {

/// What stands around the rows of a page.
struct Envelope {
  bool has_rows = false, has_error = false;
  std::string next_link;  // as it came; empty: there is none
};

// {"@odata.context":"..","value":[{..},..],"@odata.nextLink":"https://.."}; an error may stand
// behind the rows (provance reference 4), with ASP.NET's capitals too (scsm reference 2).

/// Reads the outer object key by key. `rows` has `read_all(simdjson::ondemand::array)`. Throws
/// simdjson_error for what is no such object.
template <class Rows>
[[nodiscard]] Envelope read_envelope(simdjson::ondemand::document& document, Rows& rows) {
  namespace od = simdjson::ondemand;
  Envelope envelope;
  od::object object = document.get_object().value();  // named: the loop must not outlive it
  for (auto entry : object) {
    od::field field = std::move(entry).take_value();
    const std::string_view key = field.unescaped_key().value();
    if (key == "value") {
      if (envelope.has_rows) throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
      envelope.has_rows = true;
      rows.read_all(field.value().get_array().value());
    } else if (key == "@odata.nextLink" || key == "@nextLink") {
      od::value value = field.value();
      if (value.is_null()) continue;
      envelope.next_link = std::string(value.get_string().value());
    } else if (key == "error" || key == "Error" || key == "Message") {
      envelope.has_error = true;
    }
  }
  return envelope;
}

}  // namespace itsmc::partners::odata
