// getsearchresults: what is asked for and which rows that is (cherwell reference 6).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cherwell/found_cache.hpp"
#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

enum class Operator { eq, gt, lt, contains, starts_with };

struct Filter {
  FieldNumber field = 0;
  Operator op = Operator::eq;
  std::string text;
  std::int64_t moment = 0;  // of date fields, UTC
  double number = 0;        // of number fields
};

enum class Direction { ascending, descending };

struct SortKey {
  FieldNumber field = 0;
  Direction direction = Direction::ascending;
};

// Filters of one field; they are OR-ed, the groups are AND-ed.
using FilterGroup = std::vector<Filter>;

struct SearchPlan {
  TypeNumber type = 0;
  std::vector<FilterGroup> groups;
  std::vector<SortKey> sorting;
  std::vector<FieldNumber> fields;
  std::string search_text;
  std::int64_t page_number = 0;
  std::int64_t page_size = 0;
  bool schema = false;  // includeSchema
};

// Reads the request's body. Throws Refusal: SEARCHNOTFOUND without a target, INSUFFICIENTRIGHTS for
// an object that the user may not view, BADREQUEST for what cannot be read.
SearchPlan read_search(const Call& call);

// The rows of the plan in its order, those hidden from the user left out unless `count-hidden` has
// them counted. Rows that the sorting leaves level come in any order, as does everything without
// one. Under the shared lock.
FoundRows found_rows(Site& site, const Call& call, const SearchPlan& plan);

}  // namespace itsmc::sim::cherwell
