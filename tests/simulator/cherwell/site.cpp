#include "cherwell/site.hpp"

#include <algorithm>

namespace itsmc::sim::cherwell {

Site::Site(Bench& the_bench, Credentials credentials, std::size_t cache_bytes)
    : bench(the_bench),
      closed_states{"Closed"},
      sign_in(std::move(credentials), the_bench.journal,
              [&the_bench] { return the_bench.clock.steady_ms(); }),
      pages(cache_bytes) {
  // Public ids of incidents as recorded (102328); the other types count from elsewhere.
  for (TypeNumber i = 0; i < blueprint.size(); ++i) {
    tables.emplace_back(i == 0 ? 102'000 : 20'000 + 10'000 * static_cast<std::int64_t>(i));
  }
}

std::optional<Site::Place> Site::find(std::string_view rec_id) const {
  for (TypeNumber type = 0; type < tables.size(); ++type) {
    if (const auto row = tables[type].by_rec_id(rec_id)) return Place{type, *row};
  }
  return std::nullopt;
}

void Site::settle() {
  for (auto& rows : tables) rows.settle();
}

std::string Call::argument(std::string_view name) const {
  const auto* value = find_field(arguments, name);
  return value ? *value : std::string();
}

bool Call::bars(std::string_view fault, TypeNumber type) const {
  const auto* names = firing.argument(fault);
  if (!names) return false;
  const auto list = split_list(*names);
  return std::any_of(list.begin(), list.end(), [&](const std::string& name) {
    return same_text(name, view.type(type).name);
  });
}

std::string user_rec_id(std::string_view user) {
  return long_id("user." + lower(user));
}

std::string ci_relationship_id(std::string_view type_name) {
  return long_id("relationship." + lower(type_name) + ".ci");
}

}  // namespace itsmc::sim::cherwell
