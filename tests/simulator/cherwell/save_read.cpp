#include "cherwell/save_read.hpp"

#include "cherwell/body.hpp"

namespace itsmc::sim::cherwell {
using nlohmann::json;

// {"busObId":"6dd5..","busObPublicId":"","busObRecId":"","persist":true,
//  "fields":[{"dirty":true,"fieldId":"BO:6dd5..,FI:252b..","value":"text"}]}
SaveRequest read_save(const Call& call, const json& body) {
  if (!body.is_object()) throw Refusal(400, "BADREQUEST", "The request is not a JSON object");
  const auto type = call.view.type_by_id(text_member(body, "busObId"));
  if (!type) throw Refusal(500, "GENERALFAILURE", "The business object definition was not found");
  if (call.view.type(*type).kind == Kind::group) {
    throw Refusal(200, "GENERALFAILURE", "A group object cannot be saved");
  }
  if (call.bars("no-edit", *type)) {
    throw Refusal(403, "INSUFFICIENTRIGHTS", "You are not authorized to edit this object");
  }
  SaveRequest save;
  save.type = *type;
  save.public_id = text_member(body, "busObPublicId");
  save.rec_id = text_member(body, "busObRecId");
  save.cache_key = text_member(body, "cacheKey");
  // Omitted, it is saved.
  if (text_member(body, "persist") == "false") save.persist = Persist::only_cache;
  const auto fields = body.find("fields");
  if (fields == body.end() || !fields->is_array()) return save;
  for (const auto& item : *fields) {
    // Only dirty fields are saved; "true" as a string counts.
    if (!item.is_object() || !flag_member(item, "dirty")) continue;
    save.fields.push_back({text_member(item, "fieldId"), text_member(item, "value")});
  }
  return save;
}

}  // namespace itsmc::sim::cherwell
