#include "client/template_text.hpp"

#include <nlohmann/json.hpp>

namespace itsmc::client {

using nlohmann::json;

std::string write_templates(const std::vector<ItemTemplate>& templates) {
  json all = json::array();
  for (const ItemTemplate& one : templates) {
    all.push_back({{"id", one.id},
                   {"name", one.name},
                   {"type", to_string(one.type)},
                   {"fields", one.fields},
                   {"unusable", one.unusable}});
  }
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<ItemTemplate> read_templates(std::string_view text) try {
  std::vector<ItemTemplate> templates;
  for (const json& one : json::parse(text)) {
    ItemTemplate read{.id = one.at("id"), .name = one.at("name"), .unusable = one.at("unusable")};
    read.type = parse_work_item_type(one.at("type").get<std::string>()).value();
    one.at("fields").get_to(read.fields);
    templates.push_back(std::move(read));
  }
  return templates;
} catch (const std::exception&) {
  return {};
}

}  // namespace itsmc::client
