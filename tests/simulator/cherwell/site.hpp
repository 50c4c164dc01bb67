// What every route of the product works on.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "cherwell/blueprint_view.hpp"
#include "cherwell/dialect.hpp"
#include "cherwell/found_cache.hpp"
#include "cherwell/sign_in.hpp"
#include "cherwell/table.hpp"
#include "shared/page_cache.hpp"
#include "shared/product.hpp"

namespace itsmc::sim::cherwell {

// What savebusinessobject keeps under a cacheKey until it is told to persist.
using CachedFields = std::map<FieldNumber, std::string>;

// Two related rows: parent RecID, relationship id, child RecID.
struct Link {
  std::string parent, relationship, child;
  auto operator<=>(const Link&) const = default;
};

struct Site {
  Site(Bench& the_bench, Credentials credentials, std::size_t cache_bytes);
  Table& table(TypeNumber type) { return tables[type]; }
  [[nodiscard]] const Table& table(TypeNumber type) const { return tables[type]; }
  // Where a RecID is, whatever its type.
  struct Place {
    TypeNumber type;
    RowNumber row;
  };
  [[nodiscard]] std::optional<Place> find(std::string_view rec_id) const;
  void settle();

  Bench& bench;
  std::shared_mutex lock;  // blueprint, tables, cached, links, open_states
  Blueprint blueprint;
  std::vector<Table> tables;  // by TypeNumber
  std::map<std::string, CachedFields> cached;
  std::set<Link> links;
  std::set<std::string> closed_states;  // states that are not open, for truth only
  SignIn sign_in;
  FoundCache found;
  PageCache pages;
  int gzip_level = 2;
};

// One request on its way through the product.
struct Call {
  const Request& request;
  const Firing& firing;
  Session session;
  Dialect dialect;
  BlueprintView view;
  std::string release;  // "v1", "v2", "v3" of the path
  Fields arguments;     // "busobid" -> ".." of the path
  [[nodiscard]] std::string argument(std::string_view name) const;
  // The fault applies and its argument lists that type: no-view, no-edit.
  [[nodiscard]] bool bars(std::string_view fault, TypeNumber type) const;
};

// An error in the product's own words; caught by the service. Status 500 for what is not found.
struct Refusal : std::runtime_error {
  Refusal(int the_status, std::string the_code, const std::string& message)
      : std::runtime_error(message), status(the_status), code(std::move(the_code)) {}
  int status;
  std::string code;
};

// Ids of rows that the instance has from the start.
std::string user_rec_id(std::string_view user);
inline constexpr std::string_view k_user_name = "ITSMC Integration";
// Incident and ChangeRequest to a CI.
std::string ci_relationship_id(std::string_view type_name);

}  // namespace itsmc::sim::cherwell
