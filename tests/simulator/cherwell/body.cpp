#include "cherwell/body.hpp"

namespace itsmc::sim::cherwell {

using nlohmann::json;

json body_of(const Call& call) {
  json body = json::parse(call.request.body, nullptr, false);
  if (!body.is_object()) throw Refusal(400, "BADREQUEST", "The request is not a JSON object");
  return body;
}

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::int64_t number_member(const json& object, const char* name) {
  return number_or(text_member(object, name), 0);
}

bool flag_member(const json& object, const char* name) {
  return same_text(text_member(object, name), "true");
}

}  // namespace itsmc::sim::cherwell
