#include "cherwell/blueprint_view.hpp"

#include <algorithm>

namespace itsmc::sim::cherwell {

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

BlueprintView::BlueprintView(const Blueprint& blueprint, const Faults& faults)
    : blueprint_(blueprint) {
  for (const auto& rule : faults.rules()) {
    for (const auto& word : split_list(rule.argument)) {
      const auto colon = std::min(word.find(':'), word.size());
      const Renaming renaming{word.substr(0, colon),
                              colon < word.size() ? word.substr(colon + 1) : ""};
      if (rule.name == "blueprint-lacks") lacking_.push_back(word);
      if (rule.name == "object-lacks") lacking_types_.push_back(word);
      if (rule.name == "required") required_.push_back(word);
      if (rule.name == "field-renamed") field_names_.push_back(renaming);
      if (rule.name == "object-renamed") type_names_.push_back(renaming);
    }
  }
}

bool BlueprintView::named(const std::vector<std::string>& list, TypeNumber type,
                          FieldNumber field) const {
  const auto& object = blueprint_.type(type);
  const auto& name = object.fields[field].name;
  return std::any_of(list.begin(), list.end(), [&](const std::string& word) {
    return same_text(word, name) || same_text(word, object.name + "." + name);
  });
}

bool BlueprintView::lacks(TypeNumber type, FieldNumber field) const {
  return !lacking_.empty() && named(lacking_, type, field);
}

bool BlueprintView::required(TypeNumber type, FieldNumber field) const {
  return blueprint_.type(type).fields[field].required || named(required_, type, field);
}

std::string BlueprintView::type_name(TypeNumber number) const {
  const auto& name = blueprint_.type(number).name;
  for (const auto& renaming : type_names_)
    if (same_text(renaming.from, name)) return renaming.to;
  return name;
}

std::string BlueprintView::field_name(TypeNumber type, FieldNumber field) const {
  const auto& name = blueprint_.type(type).fields[field].name;
  for (const auto& renaming : field_names_)
    if (same_text(renaming.from, name)) return renaming.to;
  return name;
}

std::vector<TypeNumber> BlueprintView::types() const {
  std::vector<TypeNumber> out;
  for (TypeNumber i = 0; i < blueprint_.size(); ++i) {
    const auto& name = blueprint_.type(i).name;
    const bool gone = std::any_of(lacking_types_.begin(), lacking_types_.end(),
                                  [&](const auto& word) { return same_text(word, name); });
    if (!gone) out.push_back(i);
  }
  return out;
}

std::optional<TypeNumber> BlueprintView::type_by_name(std::string_view name) const {
  for (const auto number : types())
    if (same_text(type_name(number), name)) return number;
  return std::nullopt;
}

std::optional<TypeNumber> BlueprintView::type_by_id(std::string_view bus_ob_id) const {
  for (const auto number : types())
    if (same_text(blueprint_.type(number).id, bus_ob_id)) return number;
  return std::nullopt;
}

std::vector<FieldNumber> BlueprintView::fields(TypeNumber type) const {
  std::vector<FieldNumber> out;
  for (std::size_t i = 0; i < blueprint_.type(type).fields.size(); ++i) {
    const auto field = static_cast<FieldNumber>(i);
    if (!lacks(type, field)) out.push_back(field);
  }
  return out;
}

std::optional<FieldNumber> BlueprintView::field_by_name(TypeNumber type,
                                                        std::string_view name) const {
  for (const auto field : fields(type))
    if (same_text(field_name(type, field), name)) return field;
  return std::nullopt;
}

std::optional<FieldNumber> BlueprintView::field_by_id(TypeNumber type,
                                                      std::string_view spelling) const {
  const auto bare = bare_field_id(spelling);
  for (const auto field : fields(type))
    if (same_text(blueprint_.type(type).fields[field].id, bare)) return field;
  return std::nullopt;
}

std::optional<FieldNumber> BlueprintView::field_by_role(TypeNumber type, Role role) const {
  const auto field = blueprint_.type(type).role(role);
  return field && !lacks(type, *field) ? field : std::nullopt;
}

}  // namespace itsmc::sim::cherwell
