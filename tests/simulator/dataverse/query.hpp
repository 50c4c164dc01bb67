// The options of one read: $select, $filter, $orderby, $expand, $top, $count, Prefer, and the
// place that a next link holds.
#pragma once
#include <optional>

#include "dataverse/filter.hpp"
#include "dataverse/organisation.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::dataverse {

enum class Direction { ascending, descending };

struct Order {
  std::size_t column = 0;
  Direction direction = Direction::ascending;
};

struct Expand {
  std::string navigation;
  std::vector<std::string> select;
  std::vector<Expand> inner;
};

// What a Prefer header asks for.
struct Preferences {
  std::optional<std::size_t> page_size;
  std::string annotations;  // as given: "*", "OData.Community.Display.V1.FormattedValue"
  bool representation = false;
  bool track_changes = false;

  // What is honoured, for Preference-Applied; empty when nothing is.
  [[nodiscard]] std::string applied() const;
  [[nodiscard]] bool annotates(std::string_view name) const;
};
Preferences preferences_of(const Request& request);

// Where a page begins: behind the row with these values of the ordering columns and this key.
struct Cursor {
  std::size_t page = 1;
  std::vector<Value> last;
  Guid id;
  std::uint64_t tracking = 0;  // the version that change tracking began with; 0: none
};

struct Query {
  std::vector<std::size_t> select;  // columns; empty: all
  std::vector<std::string> select_names;
  std::optional<Filter> filter;
  std::vector<Order> orders;
  std::vector<Expand> expands;
  std::optional<std::size_t> top;
  bool count = false;
  std::optional<Cursor> cursor;
};

// The query of a read of that table. Throws Refusal: $skip, unknown properties, a damaged cookie.
Query query_of(const Request& request, const Schema& schema);
// "a,b($select=c;$expand=d)" of $expand.
std::vector<Expand> parse_expands(std::string_view text);
// Splits at the separator, but not inside of brackets or quotes.
std::vector<std::string_view> split_outside(std::string_view text, char separator);

// The value of $skiptoken, encoded as it goes into a link: the paging cookie in it is encoded twice
// (fixture page1.response.json).
std::string skip_token(const Cursor& cursor, const Query& query, const Schema& schema);
// From the decoded $skiptoken. Throws Refusal when it is not what skip_token made.
Cursor read_skip_token(std::string_view token, const std::vector<Order>& orders,
                       const Schema& schema);

}  // namespace itsmc::sim::dataverse
