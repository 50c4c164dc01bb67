#include "cli/version_document.hpp"

#include <array>
#include <vector>

#include <CLI/Version.hpp>
#include <fmt/format.h>

#include "cli/jq_library.hpp"
#include "cli/render.hpp"
#include "cli/schema.hpp"
#include "itsmc/client/versions.hpp"

namespace itsmc::cli {
namespace {

std::vector<LibraryVersion> all_libraries() {
  std::vector<LibraryVersion> all = client::library_versions();
  all.push_back({"cli11", CLI11_VERSION});
  all.push_back(found_library("libjq", k_jq_soname));
  return all;
}

std::vector<Column> columns_of(const std::vector<LibraryVersion>& libraries) {
  std::vector<Column> columns;
  columns.reserve(libraries.size());
  for (const LibraryVersion& library : libraries) columns.push_back({library.name, ""});
  return columns;
}

}  // namespace

std::string version_json() {
  const std::vector<LibraryVersion> libraries = all_libraries();
  std::vector<Cell> cells;
  cells.reserve(libraries.size());
  for (const LibraryVersion& library : libraries) {
    cells.push_back(library.version ? text_cell(*library.version) : Cell{});
  }
  std::string json = "{\"version\":\"" ITSMC_VERSION "\",\"libraries\":";
  append_json_object(json, columns_of(libraries), cells);
  return json + "}\n";
}

std::string version_schema() {
  const std::array members{SchemaMember{"version", value_schema({"version", "of itsmc"})},
                           SchemaMember{"libraries", row_schema(columns_of(all_libraries()))}};
  return schema_document(object_schema(members));
}

}  // namespace itsmc::cli
