#include "dataverse/payload.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dataverse/refusal.hpp"

namespace itsmc::sim::dataverse {
namespace {

using nlohmann::json;

constexpr std::string_view k_bind = "@odata.bind";

[[noreturn]] void refuse(const std::string& message) {
  throw Refusal(400, k_bad_payload,
                "Error identified in Payload provided by the user for Entity :'', For more "
                "information on this error please follow this help link "
                "https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : "
                "Microsoft.OData.ODataException: " +
                    message);
}

[[noreturn]] void wrong_type(const json& value, std::string_view type) {
  refuse(fmt::format("Cannot convert the literal '{}' to the expected type '{}'.",
                     value.is_string() ? value.get<std::string>() : value.dump(), type));
}

Value number_value(const Schema& schema, const Column& column, const json& value) {
  if (column.kind == Kind::boolean) {
    if (!value.is_boolean()) wrong_type(value, "Edm.Boolean");
    return std::int64_t{value.get<bool>() ? 1 : 0};
  }
  if (!value.is_number_integer()) wrong_type(value, "Edm.Int32");
  const auto number = value.get<std::int64_t>();
  if (column.is_choice() && !column.option(number)) {
    std::string accepted;
    for (const auto& option : column.options) {
      accepted += (accepted.empty() ? "" : ",") + std::to_string(option.value);
    }
    throw Refusal(400, "0x8004431a",
                  fmt::format("A validation error occurred. The value {} of '{}' on record of type "
                              "'{}' is outside the valid range. Accepted Values: {}",
                              number, column.name, schema.table, accepted));
  }
  return number;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1U : 0U;
  return count;
}

Value value_of(const Schema& schema, const Column& column, const json& value) {
  if (value.is_null()) return {};
  switch (column.kind) {
    case Kind::text:
    case Kind::memo: {
      if (!value.is_string()) wrong_type(value, "Edm.String");
      std::string text = value;
      if (column.max > 0 && characters(text) > column.max) {
        throw Refusal(400, "0x80044331",
                      fmt::format("A validation error occurred. The length of the '{}' attribute "
                                  "of the '{}' entity exceeded the maximum allowed length of "
                                  "'{}'.",
                                  column.name, schema.table, column.max));
      }
      // An empty text is stored as nothing.
      if (text.empty()) return {};
      return text;
    }
    case Kind::date: {
      const auto date = value.is_string() ? read_date(value.get<std::string>()) : std::nullopt;
      if (!date) wrong_type(value, "Edm.DateTimeOffset");
      return *date;
    }
    case Kind::key: {
      const auto guid = value.is_string() ? parse_guid(value.get<std::string>()) : std::nullopt;
      if (!guid) wrong_type(value, "Edm.Guid");
      return *guid;
    }
    default:
      return number_value(schema, column, value);
  }
}

// "/contacts(7eb6..)", "contacts(7eb6..)", or a whole address that ends so.
Guid bound_row(const Organisation& organisation, const Target& target, const std::string& uri) {
  const Table& table = *organisation.table(target.table);
  const auto open = uri.rfind('(');
  const auto slash = open == std::string::npos ? open : uri.rfind('/', open);
  const std::string set = open == std::string::npos
                              ? ""
                              : uri.substr(slash == std::string::npos ? 0 : slash + 1,
                                           open - (slash == std::string::npos ? 0 : slash + 1));
  const auto id = open == std::string::npos || !uri.ends_with(')')
                      ? std::nullopt
                      : parse_guid(std::string_view(uri).substr(open + 1, uri.size() - open - 2));
  if (!id || set != table.schema().set) {
    refuse(fmt::format("Resource not found for the segment '{}'.", uri));
  }
  if (!table.find(*id)) {
    throw Refusal(404, k_not_found,
                  fmt::format("{} With Id = {} Does Not Exist", target.table, id->text()));
  }
  return *id;
}

// customerid_contact@odata.bind: the name is case-sensitive and not the attribute's (reference 5).
void bind_lookup(const Organisation& organisation, const Schema& schema,
                 const std::string& navigation, const json& value, Row& row) {
  std::size_t number = 0;
  const Target* first = nullptr;
  for (std::size_t i = 0; i < schema.columns.size() && !first; ++i) {
    for (const auto& target : schema.columns[i].targets) {
      if (target.navigation != navigation) continue;
      number = i;
      if (!first) first = &target;
    }
  }
  if (!first) {
    refuse(
        fmt::format("An undeclared property '{}' which only has property annotations in the "
                    "payload but no property value was found in the payload. In OData, only "
                    "declared navigation properties and declared named streams can be "
                    "represented as properties without values.",
                    navigation));
  }
  const Column& lookup = schema.columns[number];
  if (!lookup.writable) return;
  if (value.is_null()) {
    row.values[number] = {};
    return;
  }
  const std::string uri = value.is_string() ? value.get<std::string>() : "";
  // An owner is a user or a team: the set in the address decides.
  for (const auto& target : lookup.targets) {
    const auto& set = organisation.table(target.table)->schema().set;
    if (target.navigation == navigation && uri.find(set + "(") != std::string::npos)
      first = &target;
  }
  row.values[number] = bound_row(organisation, *first, uri);
}

void apply_member(const Schema& schema, const std::string& name, const json& value, Deed deed,
                  Row& row) {
  const auto found = schema.find(name);
  if (!found) {
    if (schema.attribute(name)) {
      refuse(
          "CRM do not support direct update of Entity Reference properties, Use Navigation "
          "properties instead.");
    }
    refuse(fmt::format("Invalid property '{}' was found in entity 'Microsoft.Dynamics.CRM.{}'.",
                       name, schema.table));
  }
  const Column& column = schema.columns[*found];
  if (column.kind == Kind::lookup) {
    refuse(
        "CRM do not support direct update of Entity Reference properties, Use Navigation "
        "properties instead.");
  }
  if (!column.writable) return;
  Value read = value_of(schema, column, value);
  if (column.kind == Kind::key) {
    if (deed == Deed::create) row.id = std::get<Guid>(read);
    return;
  }
  if (column.kind == Kind::state && deed == Deed::create) return;
  row.values[*found] = std::move(read);
}

}  // namespace

void apply_payload(const Organisation& organisation, const Schema& schema, const json& body,
                   Deed deed, Row& row) {
  if (!body.is_object()) refuse("A node of type 'StartObject' was expected.");
  for (const auto& [name, value] : body.items()) {
    if (name.ends_with(k_bind)) {
      bind_lookup(organisation, schema, name.substr(0, name.size() - k_bind.size()), value, row);
    } else if (name.find('@') == std::string::npos) {
      apply_member(schema, name, value, deed, row);
    }
  }
}

}  // namespace itsmc::sim::dataverse
