// The blueprint: what kinds of business object the instance has and which fields they carry
// (cherwell reference 5, 9, 10).
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim::cherwell {

enum class FieldType { text, number, logical, date_time, binary };

// What a field stands for; `plain` is just stored.
enum class Role {
  plain,
  rec_id,
  public_id,
  status,
  title,
  description,
  created,
  modified,
  resolved,
  closed
};

// Who sets the value: people, or the product whatever is sent (such values are dropped in silence).
enum class Setter { people, product };

using FieldNumber = std::uint16_t;

struct FieldDef {
  std::string name;
  std::string display;
  std::string id;
  FieldType type = FieldType::text;
  Role role = Role::plain;
  Setter setter = Setter::people;
  bool required = false;
  bool validated = false;
  std::vector<std::string> choices;  // of validated fields
};

enum class Kind { major, supporting, lookup, group };

// One kind of business object. `id` is its busObId.
struct ObjectType {
  std::string name;
  std::string display;
  std::string id;
  Kind kind = Kind::major;
  std::string group;  // name of the group it is a member of
  std::vector<FieldDef> fields;

  [[nodiscard]] std::optional<FieldNumber> field(std::string_view name) const;
  [[nodiscard]] std::optional<FieldNumber> role(Role role) const;
  // The number of a field that the type must have; throws std::runtime_error.
  [[nodiscard]] FieldNumber at(std::string_view name) const;
};

using TypeNumber = std::size_t;

// The blueprint IS the list of types. Reading is thread-safe; adding choices is not.
class Blueprint {
 public:
  Blueprint();
  // Any case, as recorded ("incident").
  [[nodiscard]] std::optional<TypeNumber> by_name(std::string_view name) const;
  [[nodiscard]] std::optional<TypeNumber> by_id(std::string_view bus_ob_id) const;
  [[nodiscard]] const ObjectType& type(TypeNumber number) const { return types_[number]; }
  [[nodiscard]] std::size_t size() const { return types_.size(); }
  // Adds a value to the list of a validated field, once.
  void add_choice(TypeNumber type, FieldNumber field, const std::string& value);

 private:
  std::vector<ObjectType> types_;
};

// 42 lower-case hex digits, the same for the same text.
std::string long_id(std::string_view text);
// The part behind "FI:" of a field id in any of its three spellings (cherwell reference 5).
std::string_view bare_field_id(std::string_view spelling);
bool same_text(std::string_view a, std::string_view b);  // ASCII, any case
std::string lower(std::string_view text);

}  // namespace itsmc::sim::cherwell
