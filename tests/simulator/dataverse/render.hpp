// Rows as JSON, with the annotations that were asked for.
#pragma once
#include "dataverse/query.hpp"

namespace itsmc::sim::dataverse {

// How rows are to look.
struct View {
  std::vector<std::size_t> columns;  // empty: all
  std::vector<Expand> expands;
  bool formatted = false;     // ...FormattedValue
  bool lookup_names = false;  // Microsoft.Dynamics.CRM.lookuplogicalname, associatednavigation...
  std::int64_t zone_seconds = 0;  // the user's zone, for formatted dates
  std::string bad_date;           // that column is malformed
  std::string base;               // https://host/api/data/v9.2/

  // Equal keys give equal texts for equal rows.
  [[nodiscard]] std::string key() const;
};

// Writes rows of one table. Everything it names must outlive it; use it under the lock.
class Renderer {
 public:
  Renderer(const Organisation& organisation, const Table& table, const View& view);
  // {"@odata.etag":"W/\"915244\"","title":"..",...}
  void append(const Row& row, std::string& out) const;
  // The members alone, with what goes before them: for single rows that begin with a context.
  void append_members(const Row& row, std::string& out) const;

 private:
  void append_column(const Row& row, std::size_t column, std::string& out) const;
  void append_lookup_names(const Column& column, const Guid& id, std::string& out) const;
  void append_expand(const Row& row, const Expand& expand, std::string& out) const;
  void append_related(const Table& target, const Guid& id, const Expand& expand,
                      std::string& out) const;

  const Organisation& organisation_;
  const Table& table_;
  const View& view_;
  std::vector<std::size_t> columns_;
  std::vector<std::string> properties_;  // by column of the table
};

// Checks the navigation names of an expand. Throws Refusal.
void check_expands(const Organisation& organisation, const Schema& schema,
                   const std::vector<Expand>& expands);
// 9/28/2016 3:57 PM, in a zone: what FormattedValue shows to an American.
std::string local_date(std::int64_t seconds);
// 1,234,567
std::string grouped(std::int64_t number);

}  // namespace itsmc::sim::dataverse
