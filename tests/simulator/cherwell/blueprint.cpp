#include "cherwell/blueprint.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "cherwell/blueprint_fields.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::cherwell {
namespace {

std::vector<std::string> split_choices(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('|'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

FieldDef field_of(const FieldLine& line, std::string_view type) {
  const auto marked = [&](char mark) { return line.marks.find(mark) != std::string_view::npos; };
  FieldDef field;
  field.name = line.name;
  field.display = line.display;
  field.id = line.id.empty() ? long_id(std::string(type) + "." + field.name) : std::string(line.id);
  field.type = line.type;
  field.role = line.role;
  field.setter = marked('p') ? Setter::product : Setter::people;
  field.required = marked('r');
  field.validated = marked('v');
  field.choices = split_choices(line.choices);
  return field;
}

ObjectType type_of(std::string name, std::string display, std::string id,
                   std::span<const FieldLine> lines) {
  ObjectType type;
  type.name = std::move(name);
  type.display = std::move(display);
  type.id = id.empty() ? long_id("type." + type.name) : std::move(id);
  for (const auto& line : lines) type.fields.push_back(field_of(line, type.name));
  return type;
}

ObjectType member_of(const char* group, ObjectType type) {
  type.group = group;
  return type;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::string long_id(std::string_view text) {
  const std::string seed(text);
  return "94" + hex_id(seed) + hex_id(seed + "#").substr(0, 8);
}

std::string_view bare_field_id(std::string_view spelling) {
  const auto mark = spelling.rfind("FI:");
  return mark == std::string_view::npos ? spelling : spelling.substr(mark + 3);
}

std::optional<FieldNumber> ObjectType::field(std::string_view wanted) const {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (same_text(fields[i].name, wanted)) return static_cast<FieldNumber>(i);
  return std::nullopt;
}

std::optional<FieldNumber> ObjectType::role(Role wanted) const {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].role == wanted) return static_cast<FieldNumber>(i);
  return std::nullopt;
}

FieldNumber ObjectType::at(std::string_view wanted) const {
  const auto found = field(wanted);
  if (!found) throw std::runtime_error(name + " has no field " + std::string(wanted));
  return *found;
}

Blueprint::Blueprint() {
  types_.push_back(
      type_of("Incident", "Incident", "6dd53665c0c24cab86870a21cf6434ae", incident_fields()));
  types_.push_back(type_of("ChangeRequest", "Change Request",
                           "934ec7a1701c451ce57f2c43bfbbe2e46fe4843f81", change_fields()));
  types_.push_back(type_of("CustomerInternal", "Customer - Internal", "", customer_fields()));
  types_.back().kind = Kind::supporting;
  types_.push_back(type_of("ConfigurationItem", "Configuration Item", "", ci_fields()));
  types_.back().kind = Kind::group;
  constexpr const char* k_group = "ConfigurationItem";
  types_.push_back(
      member_of(k_group, type_of("ConfigComputer", "Config - Computer", "", ci_fields())));
  types_.push_back(
      member_of(k_group, type_of("ConfigServer", "Config - Server",
                                 "93dada9f640056ce1dc67b4d4bb801f69104894dc8", ci_fields())));
  types_.push_back(
      member_of(k_group, type_of("ConfigNetworkDevice", "Config - Network Device",
                                 "9343f947d5000ac81406e746f0975ddeb11c184480", ci_fields())));
}

std::optional<TypeNumber> Blueprint::by_name(std::string_view name) const {
  for (TypeNumber i = 0; i < types_.size(); ++i)
    if (same_text(types_[i].name, name)) return i;
  return std::nullopt;
}

std::optional<TypeNumber> Blueprint::by_id(std::string_view bus_ob_id) const {
  for (TypeNumber i = 0; i < types_.size(); ++i)
    if (same_text(types_[i].id, bus_ob_id)) return i;
  return std::nullopt;
}

void Blueprint::add_choice(TypeNumber type, FieldNumber field, const std::string& value) {
  auto& choices = types_[type].fields[field].choices;
  if (value.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  choices.push_back(value);
}

}  // namespace itsmc::sim::cherwell
