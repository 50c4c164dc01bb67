// Who may read and write what, and which row a key means.
#include <algorithm>

#include <fmt/format.h>

#include "dataverse/refusal.hpp"
#include "dataverse/site.hpp"

namespace itsmc::sim::dataverse {

Reader reader_of(const Firing& firing) {
  const auto* percent = firing.argument("hidden-rows");
  if (!percent) return {};
  return {static_cast<unsigned>(std::clamp<std::int64_t>(number_or(*percent, 10), 0, 100))};
}

void check_privilege(const Call& call, const Schema& schema, std::string_view privilege) {
  const bool reads = privilege == "prvRead";
  const auto* table = call.firing.argument(reads ? "no-read" : "no-write");
  if (!table) return;
  if (!table->empty() && *table != schema.table && *table != schema.set) return;
  throw Refusal(403, k_no_privilege,
                fmt::format("Principal user (Id={}, type=8, roleCount=1, privilegeCount=812, "
                            "accessMode=0), is missing {}{} privilege (Id={}) on OTC=112 for "
                            "entity '{}' (LocalizedName='{}'). context.Caller={}",
                            call.user.text(), privilege, schema.table,
                            guid_of(std::string(privilege) + schema.table).text(), schema.table,
                            schema.table, call.user.text()));
}

std::optional<Guid> resolve_key(const Table& table, const std::string& key) {
  if (const auto id = parse_guid(key)) return id;
  const auto& schema = table.schema();
  const auto equals = key.find('=');
  if (equals == std::string::npos) {
    throw Refusal(400, k_bad_query, "Bad Request - Error in query syntax.");
  }
  const std::string name = key.substr(0, equals);
  std::string value = key.substr(equals + 1);
  if (name == schema.key) return resolve_key(table, value);
  if (schema.alternate_key.empty() || name != schema.alternate_key || value.size() < 2 ||
      value.front() != '\'') {
    throw Refusal(400, k_bad_query,
                  fmt::format("The key in the request URI is not valid for resource "
                              "'Microsoft.Dynamics.CRM.{}'.",
                              schema.table));
  }
  const Filter filter = parse_filter(name + " eq " + value, schema);
  for (const auto& position : table.by_key()) {
    if (matches(filter, table, table.row(position.row))) return position.id;
  }
  return std::nullopt;
}

}  // namespace itsmc::sim::dataverse
