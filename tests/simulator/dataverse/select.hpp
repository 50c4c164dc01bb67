// Which rows a query finds, one page of them.
#pragma once
#include "dataverse/query.hpp"

namespace itsmc::sim::dataverse {

// Whom a read is for: rows that the user may not read are silently absent (reference 4).
struct Reader {
  unsigned hidden_percent = 0;  // of all rows, chosen by their id
  [[nodiscard]] bool may_read(const Row& row) const;
};

struct Page {
  std::vector<const Row*> rows;
  bool more = false;
};

// At most `size` rows behind the query's cursor, in the query's order, the key behind it.
Page select_page(const Table& table, const Query& query, const Reader& reader, std::size_t size);
// How many rows match, at most `most` + 1.
std::size_t count_rows(const Table& table, const Query& query, const Reader& reader,
                       std::size_t most);

}  // namespace itsmc::sim::dataverse
