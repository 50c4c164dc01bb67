// The organisation: all tables, who belongs to what, and the one lock.
#pragma once
#include <deque>
#include <map>
#include <shared_mutex>

#include "dataverse/table.hpp"

namespace itsmc::sim::dataverse {

// One navigation property that leads to many rows: systemuserroles_association.
struct Association {
  std::string table;       // from
  std::string navigation;  // name
  std::string target;      // to
  std::multimap<Guid, Guid> links;
};

// The organisation IS its tables. Take `lock` shared to read, alone to write.
class Organisation {
 public:
  Organisation();

  mutable std::shared_mutex lock;

  // nullptr when there is none.
  Table* table(std::string_view logical_name);
  [[nodiscard]] const Table* table(std::string_view logical_name) const;
  Table* set(std::string_view entity_set);
  [[nodiscard]] const Table* set(std::string_view entity_set) const;
  [[nodiscard]] const std::deque<Table>& tables() const { return tables_; }
  [[nodiscard]] const Association* association(std::string_view table,
                                               std::string_view navigation) const;
  void link(std::string_view navigation, const Guid& from, const Guid& to);
  // Takes all links of that row away.
  void unlink(std::string_view navigation, const Guid& from);
  [[nodiscard]] const std::vector<Association>& associations() const { return associations_; }

  // The primary name of the row that a lookup points at; empty when there is none. `target` gets
  // the table's name.
  [[nodiscard]] std::string_view name_of(const Column& lookup, const Guid& id,
                                         std::string_view* target) const;
  std::uint64_t next_version() { return ++version_; }
  [[nodiscard]] std::uint64_t version() const { return version_; }
  // Changes whenever a row that others point at does.
  [[nodiscard]] std::uint64_t names_version() const;

  // The row of that name, made when it is missing. Names are unique here.
  Guid ensure_named(std::string_view table, const std::string& name, std::int64_t now);

 private:
  std::deque<Table> tables_;
  std::vector<Association> associations_;
  std::uint64_t version_ = 1000000;
};

}  // namespace itsmc::sim::dataverse
