#include "partners/json_part.hpp"

#include <nlohmann/json.hpp>

namespace itsmc::partners {

using nlohmann::json;

std::string text_part(const json& object, std::string_view key) {
  const json& part = part_of(object, key);
  return part.is_string() ? part.get<std::string>() : std::string();
}

json list_part(const json& object, std::string_view key) {
  const json& part = part_of(object, key);
  return part.is_array() ? part : json::array();
}

const json& part_of(const json& object, std::string_view key) {
  static const json k_none;
  const auto found = object.is_object() ? object.find(std::string(key)) : object.end();
  return found == object.end() ? k_none : *found;
}

}  // namespace itsmc::partners
