#include "dataverse/schema.hpp"

#include <algorithm>
#include <stdexcept>

namespace itsmc::sim::dataverse {

std::string Column::property() const {
  return kind == Kind::lookup ? "_" + name + "_value" : name;
}

bool Column::is_choice() const {
  return kind == Kind::choice || kind == Kind::state || kind == Kind::status;
}

const Option* Column::option(std::int64_t value) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& one) { return one.value == value; });
  return found == options.end() ? nullptr : &*found;
}

const Option* Column::option_called(std::string_view label) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& one) { return one.label == label; });
  return found == options.end() ? nullptr : &*found;
}

std::optional<std::size_t> Schema::find(std::string_view property) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].property() == property) return i;
  return std::nullopt;
}

std::optional<std::size_t> Schema::attribute(std::string_view wanted) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == wanted) return i;
  return std::nullopt;
}

std::size_t Schema::at(std::string_view wanted) const {
  const auto found = attribute(wanted);
  if (!found) throw std::logic_error(table + " has no column " + std::string(wanted));
  return *found;
}

}  // namespace itsmc::sim::dataverse
