#include "cli/schema.hpp"

#include <fmt/format.h>

#include "cli/display_text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::string_view k_draft = "https://json-schema.org/draft/2020-12/schema";

std::string_view type_of(Cell::Kind kind) {
  switch (kind) {
    case Cell::Kind::null:
      return {};
    case Cell::Kind::text:
      return R"("type":["string","null"])";
    case Cell::Kind::integer:
      return R"("type":["integer","null"])";
    case Cell::Kind::real:
    case Cell::Kind::duration:
      return R"("type":["number","null"])";
    case Cell::Kind::flag:
      return R"("type":["boolean","null"])";
    case Cell::Kind::time:
      return R"("type":["string","null"],"format":"date-time")";
    case Cell::Kind::list:
    case Cell::Kind::lines:
      return R"("type":["array","null"],"items":{"type":"string"})";
  }
  return {};
}

}  // namespace

std::string value_schema(const Column& column) {
  const Cell::Kind kind = column.figures == Figures::grouped ? Cell::Kind::integer : column.kind;
  std::string schema = "{";
  if (!column.meaning.empty()) {
    schema += "\"description\":";
    append_json_string(schema, column.meaning);
    if (kind != Cell::Kind::null) schema += ',';
  }
  return schema + std::string(type_of(kind)) + '}';
}

std::string object_schema(std::span<const SchemaMember> members) {
  std::string properties, required;
  for (const SchemaMember& member : members) {
    std::string name;
    append_json_string(name, member.name);
    properties += fmt::format("{}\n{}:{}", properties.empty() ? "" : ",", name, member.schema);
    required += fmt::format("{}{}", required.empty() ? "" : ",", name);
  }
  return fmt::format("{{\"type\":\"object\",\"properties\":{{{}}},\n\"required\":[{}]}}",
                     properties, required);
}

std::string row_schema(std::span<const Column> columns) {
  std::vector<SchemaMember> members;
  members.reserve(columns.size());
  for (const Column& column : columns) members.push_back({column.name, value_schema(column)});
  return object_schema(members);
}

std::string list_schema(std::string_view item) {
  return fmt::format("{{\"type\":\"array\",\"items\":{}}}", item);
}

std::string rows_schema(std::span<const Column> columns, std::optional<Shape> shape) {
  const std::string row = row_schema(columns);
  if (shape == Shape::one) return row;
  if (shape == Shape::list) return list_schema(row);
  return fmt::format("{{\"anyOf\":[{},\n{}]}}", row, list_schema(row));
}

std::string schema_document(std::string_view schema) {
  return fmt::format("{{\"$schema\":\"{}\",\n{}\n", k_draft, schema.substr(1));
}

}  // namespace itsmc::cli
