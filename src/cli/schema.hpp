#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/render.hpp"

namespace itsmc::cli {

// JSON Schema (draft 2020-12) of what commands print with -o json, made of their columns. Fields
// may be added, never renamed: more properties are allowed, and every one named is there. Pure.

/// The schema of one row: an object.
[[nodiscard]] std::string row_schema(std::span<const Column> columns);
/// Of a list of rows, of one, or (absent) of either.
[[nodiscard]] std::string rows_schema(std::span<const Column> columns, std::optional<Shape> shape);
/// A list of what `item` says.
[[nodiscard]] std::string list_schema(std::string_view item);

struct SchemaMember {
  std::string name, schema;
};
/// An object that has these members.
[[nodiscard]] std::string object_schema(std::span<const SchemaMember> members);
/// Of one value.
[[nodiscard]] std::string value_schema(const Column& column);

/// A document of its own, with the draft's name before it and a line's end.
[[nodiscard]] std::string schema_document(std::string_view schema);

}  // namespace itsmc::cli
